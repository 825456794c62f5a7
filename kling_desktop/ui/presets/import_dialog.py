"""The dialog that shows what a file of presets contains, before anything is imported."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.presets.conflicts import ConflictChoice, find_conflict
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.text import plural
from kling_desktop.ui.presets.preset_delegate import preset_summary
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, PrimaryButton, Segmented, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 600
_WAYS_WIDTH = 244
_MOST_ROWS = 60
"""More than anyone decides one by one; the rest follows the choice for all."""
_WAYS = [
    Option(ConflictChoice.KEEP_BOTH, "Keep both"),
    Option(ConflictChoice.REPLACE, "Replace"),
    Option(ConflictChoice.SKIP, "Skip"),
]


class PresetImportDialog(Dialog):
    """Shown with open(). Emits `import_requested(choices)`: what to do with each conflicting preset, by its ID."""

    import_requested = Signal(object)

    def __init__(
        self, theme: Theme, parent: QWidget, coming: Sequence[Preset], known: Sequence[Preset], troubles: Sequence[str]
    ) -> None:
        title = plural(len(coming), one="Import {count} preset?", other="Import {count} presets?")
        super().__init__(theme, parent, title, width=_WIDTH)
        self._clashing = [preset for preset in coming if find_conflict(preset, known)]
        self._choices = dict.fromkeys((preset.id for preset in self._clashing), ConflictChoice.KEEP_BOTH)
        self._rows: dict[str, Segmented] = {}
        column = self.body
        column.addWidget(label(self._summary(), "secondary", wraps=True))
        for trouble in troubles[:3]:
            column.addWidget(label(trouble, "problem", wraps=True))
        if len(self._clashing) > 1:
            column.addLayout(self._row_for_all())
        column.addWidget(self._list(coming), 1)
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        self.take = PrimaryButton(theme, "Import", compact=True)
        self.take.clicked.connect(self._take)
        self.take.be_default_of(self)
        self.add_buttons(cancel, self.take)

    def _summary(self) -> str:
        if not self._clashing:
            return "None of them exists here yet."
        return plural(
            len(self._clashing),
            one="{count} of them already exists here. Choose what to do with it.",
            other="{count} of them already exist here. Choose what to do with them.",
        )

    def _row_for_all(self) -> QHBoxLayout:
        all_ways = Segmented(self._theme, "For all that already exist", _WAYS)
        all_ways.setFixedWidth(self._theme.px(_WAYS_WIDTH))
        all_ways.show_chosen(ConflictChoice.KEEP_BOTH)

        def choose(way: object) -> None:
            all_ways.show_chosen(way)
            for preset_id in self._choices:
                self._choose(preset_id, way)

        all_ways.chosen.connect(choose)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SPACE.S, 0)
        row.addWidget(label("For all", "strong"), 1)
        row.addWidget(all_ways)
        return row

    def _list(self, coming: Sequence[Preset]) -> QScrollArea:
        page = QWidget()
        page.setObjectName("page")
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, SPACE.S, 0)
        rows.setSpacing(SPACE.M)
        for preset in coming[:_MOST_ROWS]:
            rows.addLayout(self._row(preset))
        if len(coming) > _MOST_ROWS:
            rows.addWidget(label(f"and {len(coming) - _MOST_ROWS} more", "secondary"))
        rows.addStretch()
        area = QScrollArea()
        area.setAccessibleName("Presets to import")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(320, 52 * min(len(coming), 6)))
        area.setWidget(page)
        return area

    def _row(self, preset: Preset) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(preset.name, "strong", wraps=True))
        told = preset_summary(preset)
        words.addWidget(label(told if len(told) < 80 else f"{told[:79]}…", "secondary", wraps=True))
        row = QHBoxLayout()
        row.setSpacing(SPACE.M)
        row.addLayout(words, 1)
        if preset.id in self._choices:
            ways = self._rows[preset.id] = Segmented(self._theme, f"“{preset.name}” already exists", _WAYS)
            ways.setFixedWidth(self._theme.px(_WAYS_WIDTH))
            ways.show_chosen(ConflictChoice.KEEP_BOTH)
            ways.chosen.connect(lambda way, preset_id=preset.id: self._choose(preset_id, way))
            row.addWidget(ways, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _choose(self, preset_id: str, way: object) -> None:
        self._choices[preset_id] = ConflictChoice(str(way))
        if row := self._rows.get(preset_id):
            row.show_chosen(way)

    def _take(self) -> None:
        self.accept()
        self.import_requested.emit(dict(self._choices))
