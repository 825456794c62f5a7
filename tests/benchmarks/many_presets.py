"""Two thousand presets in the list: a key press each filters them, one is loaded. As a program, with their number."""

import json
import sys
from time import perf_counter

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget

from kling_desktop.domain.presets.preset import Preset, PresetPart, apply_preset, from_draft
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.presets.list_popup import PresetListPopup
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.theme import Theme

_WORDS = ("noir", "rain", "slow push-in", "product turntable", "close portrait", "harbour at dawn", "Énorme", "雨の夜")
_TYPED = ("rain 12", "prod", "zzz", "slow 7", "port")
"""Typed, then taken back letter by letter."""


def presets(count: int) -> tuple[Preset, ...]:
    """Of the size that people's are."""
    names = (f"{_WORDS[n % len(_WORDS)]} {_WORDS[n * 7 % len(_WORDS)]} {n}" for n in range(count))
    return tuple(
        from_draft(Draft(prompt=f"{name}. " * 12), f"{n:032}", name, frozenset(PresetPart))
        for n, name in enumerate(names)
    )


def main() -> None:
    app = QApplication(sys.argv)
    theme = Theme(app)
    host = QWidget()
    host.resize(408, 700)
    line = PresetBar(theme)
    line.setParent(host)
    line.setGeometry(16, 12, 376, 34)
    many = presets(int(sys.argv[1]))
    sheet = PresetListPopup(theme, line, host, lambda _preset: None)
    sheet.show_presets(many, {}, "")
    host.show()
    sheet.open_at("")
    app.processEvents()
    field = sheet.findChildren(QLineEdit)[0]
    composer = Composer()
    json.dump({"filter": _typed(app, field), "load": _loaded(composer, many), "floor": _bare(app)}, sys.stdout)


def _typed(app: QApplication, field: QLineEdit) -> list[float]:
    """Milliseconds of each key press, until the list is painted."""
    times = []
    for text in _TYPED:
        for key in [*text, *([Qt.Key.Key_Backspace] * len(text))]:
            began = perf_counter()
            QTest.keyClicks(field, key) if isinstance(key, str) else QTest.keyClick(field, key)
            app.processEvents()
            times.append(1000 * (perf_counter() - began))
    return times


def _loaded(composer: Composer, many: tuple[Preset, ...]) -> list[float]:
    times = []
    for preset in many[:200]:
        began = perf_counter()
        composer.replace(apply_preset(preset, composer.draft))
        times.append(1000 * (perf_counter() - began))
    return times


def _bare(app: QApplication) -> list[float]:
    """The same keys into a bare field over a bare list of nine rows, which nothing filters."""
    window = QWidget()
    field, rows = QLineEdit(window), QListView(window)
    rows.setModel(QStringListModel([str(n) for n in range(9)], rows))
    rows.setGeometry(0, 40, 376, 400)
    window.resize(408, 700)
    window.show()
    field.setFocus()
    app.processEvents()
    return _typed(app, field)


if __name__ == "__main__":
    main()
