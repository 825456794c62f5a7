"""Looks through every widget, action and list item for text from outside that Qt would read as markup."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QTextBrowser, QTextEdit, QWidget

EVIL = '<b>evil</b> <img src="file:///evil.png"> &lt;i&gt; R&D'
_RAW = ("<b>evil", "<img src=")
_ROLES = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole)
_MAX_ROWS = 200


def texts_that_may_be_markup() -> list[tuple[str, str]]:
    """Return where and what: every text that Qt would read as markup if it looks like it."""
    found: list[tuple[str, str]] = []
    models: dict[int, QAbstractItemModel] = {}
    for widget in QApplication.allWidgets():
        place = f"{type(widget).__name__} “{widget.accessibleName()[:40]}”"
        found += [(f"{place}: tip", text) for text in (widget.toolTip(), widget.statusTip(), widget.whatsThis())]
        found += [(f"{place}: text", text) for text in _own_texts(widget)]
        for action in widget.actions():
            found += [(f"{place}: action", text) for text in _tips(action)]
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            models[id(widget.model())] = widget.model()
    for model in models.values():
        found += [(f"{type(model).__name__}: item", text) for text in _item_tips(model)]
    return [(place, text) for place, text in found if text]


def read_as_markup(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those that Qt would render with somebody else's tags in them."""
    return [(place, text) for place, text in texts if Qt.mightBeRichText(text) and any(raw in text for raw in _RAW)]


def _own_texts(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel) and widget.textFormat() is not Qt.TextFormat.PlainText:
        yield widget.text()
    elif isinstance(widget, QTextEdit) and (isinstance(widget, QTextBrowser) or widget.acceptRichText()):
        yield widget.toHtml()


def _tips(action: QAction) -> tuple[str, ...]:
    return action.toolTip(), action.statusTip(), action.whatsThis()


def _item_tips(model: QAbstractItemModel) -> Iterator[str]:
    for row in range(min(model.rowCount(), _MAX_ROWS)):  # all of them are lists
        values = (model.data(model.index(row, 0), role) for role in _ROLES)
        yield from (value for value in values if isinstance(value, str))
