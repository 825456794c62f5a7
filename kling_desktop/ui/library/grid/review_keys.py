"""What single keys do to the clips that are chosen. For any view of a LibraryModel."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

RATINGS: Mapping[str, str] = MappingProxyType({str(stars): f"rate_{stars}" for stars in range(6)})
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        **RATINGS,
        "P": "pick",
        "X": "reject",
        "Shift+X": "unflag",
        "N": "notes",
        "T": "tags",
        "Del": "bin",
        "Ctrl+Del": "clear_rejects",
    }
)
"""What is done to all that are chosen. P or X once more takes the mark away, as Shift+X does."""
VERBS: Mapping[str, str] = MappingProxyType(
    {
        "U": "use_settings",
        "Shift+U": "use_prompt",
        "S": "use_seed",
        "C": "continue",
        "E": "edit_video",
        "R": "run_again",
        "Shift+R": "more_takes",
    }
)
"""What is done with the one that has the keyboard."""

MORE_VERBS: Mapping[str, str] = MappingProxyType(
    {
        "continue": "Continue from the last frame",
        "use_prompt": "Use prompt",
        "use_seed": "Use seed",
        "run_again": "Run again",
        "more_takes": "3 more takes",
    }
)
"""Those that no card offers by itself, in words."""


def pressed(event: QKeyEvent) -> str:
    """The key as it is written, "Shift+X". Digits are digits on keyboards that have them above other signs, too."""
    if event.text() in RATINGS and not event.modifiers() & ~_EASY:
        return event.text()
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(held, Qt.Key(event.key()))).toString()


_EASY = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
