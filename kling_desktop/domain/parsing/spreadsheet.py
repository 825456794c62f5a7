"""Recognizes what a spreadsheet has put in place of a value: broken formulas, dates, rounded numbers."""

import re

from kling_desktop.domain.errors import UserError

_ERRORS = """
    #REF! #NAME? #N/A #VALUE! #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #UNKNOWN! #ERROR! #BUSY!
    #GETTING_DATA #PYTHON! #EXTERNAL!
    #BEZUG! #NV #WERT! #ZAHL! #ÜBERLAUF!
    #NOM? #VALEUR! #NOMBRE! #NUL! #PROPAGATION!
    #¡REF! #¿NOMBRE? #N/D #¡VALOR! #¡DIV/0! #¡NUM! #¡NÚM! #¡NULO! #¡DESBORDAMIENTO!
    #NOME? #VALOR! #NÚM! #NULO! #RIF! #VALORE! #NULLO!
    #VERW! #NAAM? #N/B #WAARDE! #DEEL/0! #GETAL! #LEEG!
    #REFERENS! #NAMN? #SAKNAS! #VÄRDEFEL! #DIVISION/0! #OGILTIGT! #SKÄRNING! #NAVN? #VERDI! #I/T #VÆRDI! #NUMMER!
    #VIITTAUS! #NIMI? #PUUTTUU! #ARVO! #JAKO/0! #LUKU! #TYHJÄ!
    #ADR! #NAZWA? #ARG! #LICZBA! #ZERO! #ODKAZ! #NÁZEV? #HODNOTA! #HIV! #NÉV? #HIÁNYZIK #ÉRTÉK! #ZÉRÓOSZTÓ! #SZÁM!
    #BAŞV! #AD? #YOK #DEĞER! #SAYI/0! #BOŞ! #SAYI!
    #ССЫЛКА! #ИМЯ? #Н/Д #ЗНАЧ! #ДЕЛ/0! #ЧИСЛО! #ПУСТО!
"""
"""Spreadsheets write them in the language of the user."""
_NUMBERED_ERROR = re.compile(r"(?:Err|Error|Fehler|Erreur|Erro|Errore|Fout|Fel|Błąd|Ошибка)\s?:\s?\d{3}", re.IGNORECASE)
_TOO_NARROW = re.compile(r"#{3,}")
_FORMULA_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = re.compile(
    rf"\d{{1,4}}([./-])\d{{1,2}}(?:\1\d{{1,4}})?(?:[ T]\d{{1,2}}:\d\d.*)?"
    rf"|\d{{1,2}}(?:\. |[ .-]){_MONTH}(?:[ .-]+\d{{2,4}})?|{_MONTH}[ .-]\d{{1,4}}(?:, \d{{4}})?"
)
_DECIMAL = re.compile(r"\d+\.\d+")
_NUMBER = re.compile(r"[+-]?[\d.,]+(?:E[+-]?\d+)?%?", re.IGNORECASE)
_TRUTHS = frozenset({"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero"})


def cell_text(cell: str) -> str:
    """Return a cell without the formula that some programs put around a text to keep it as it is: ="00123"."""
    found = _FORMULA_TEXT.fullmatch(cell.strip())
    return found[1].replace('""', '"') if found else cell


def check_cell(cell: str) -> None:
    """Raise UserError if a cell holds a broken formula instead of a value."""
    bare = cell.strip()
    if bare.upper() in _ERRORS.split() or _NUMBERED_ERROR.fullmatch(bare):
        raise UserError(f"“{bare}” is what a spreadsheet writes for a broken formula.", "Fix the formula.")
    if _TOO_NARROW.fullmatch(bare):
        raise UserError("The column was too narrow to show this cell.", "Widen it, and save the table again.")
    if bare.startswith("="):
        raise UserError(f"“{bare[:40]}” is a formula, not its result.", "Save the table with values instead.")


def check_value(cell: str) -> None:
    """Raise UserError if a cell for a number, a size or a word holds what a spreadsheet has made of it."""
    bare = cell.strip()
    if _ROUNDED.fullmatch(bare):
        hint = "Format the column as whole numbers."
        raise UserError(f"The spreadsheet has shortened the number to {bare[:30]}.", hint)
    if _DATE.fullmatch(bare) and not _DECIMAL.fullmatch(bare):
        hint = "Format the column as text, and enter the value again."
        raise UserError(f"The spreadsheet has made a date of this: “{bare[:40]}”.", hint)


def prompt_doubt(prompt: str) -> str:
    """Say what makes a prompt look like a changed or misplaced cell; "" if nothing does."""
    bare = prompt.strip()
    if _ROUNDED.fullmatch(bare) or _NUMBER.fullmatch(bare):
        return "The prompt is only a number. Check that the columns are in the right order"
    if bare.casefold() in _TRUTHS:
        return "The prompt is only a true or false. Check that the columns are in the right order"
    if bare[:1].isdigit() and _DATE.fullmatch(bare):
        return "The prompt is only a date. Check that the spreadsheet hasn't changed it"
    return ""
