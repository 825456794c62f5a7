"""No words of the system, of a library or of Python reach a sentence for people."""

import ast
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from kling_desktop.domain import errors
from kling_desktop.domain.errors import UserError, describe_error, os_error_reason

PACKAGE = Path(__file__).parents[1] / "kling_desktop"
OURS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)} | {
    *("BadMedia", "DestinationError", "IncompleteVideo", "InvalidId", "LiteralError", "SendingStopped", "_NoKey"),
    "ValueError",  # where it is ours, it carries a sentence: see parse_amount
}


def names(kind: ast.expr | None) -> set[str]:
    if isinstance(kind, ast.Tuple):
        return set().union(*map(names, kind.elts))
    return {ast.unparse(kind) if kind else "BaseException"}


def words_of(error: str, body: ast.AST) -> Iterator[ast.AST]:
    """Yield where the words or the class of an error are taken, except for the log."""
    if isinstance(body, ast.Call) and ast.unparse(body.func).split(".")[0] in ("log", "logging"):
        return
    match body:
        case (
            ast.FormattedValue(value=ast.Name(id=name))
            | ast.Call(func=ast.Name(id="str" | "repr" | "type" | "format"), args=[ast.Name(id=name)])
            | ast.Attribute(value=ast.Name(id=name), attr="strerror" | "args" | "winerror")
        ) if name == error:
            yield body
    for child in ast.iter_child_nodes(body):
        yield from words_of(error, child)


def test_no_handler_puts_the_words_of_a_foreign_error_into_a_sentence() -> None:
    # describe_error and os_error_reason say it in the app's own words; the log may have the rest.
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if {"sandbox", "diagnostics"} & set(path.parts):  # the service answers so; a report is for those who mend
            continue
        for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(handler, ast.ExceptHandler) and handler.name and names(handler.type) - OURS:
                taken = (node for line in handler.body for node in words_of(handler.name, line))
                found += [f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}" for node in taken]
    assert found == []


def test_every_refusal_of_the_system_has_words_of_our_own() -> None:
    for code, name in errno.errorcode.items():
        for words in (os.strerror(code), "Zugriff verweigert"):
            error = OSError(code, words, "/clips/fox.mp4")
            reason, sentence = os_error_reason(error), describe_error(error)
            assert reason
            assert reason in sentence
            assert not [word for word in (words, "Errno", "Error", name) if word in sentence]


def test_errors_without_a_number_are_told_too() -> None:
    assert os_error_reason(ValueError("embedded null byte")) == "its name can't be used"
    assert os_error_reason(OSError("cannot identify image file")) == "the system gives no reason"
    assert os_error_reason(TimeoutError("The file lock can't be acquired")) == "another program is using it"
    assert describe_error(UserError("No.", "Try again.")) == "No. Try again."
