"""Two to four clips at once: the same frame of each, and how their requests differ."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.request_diff import Difference, Passage, plain_text, request_differences
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details.side_panel import SidePanel
from kling_desktop.ui.viewer.player.player_view import PlayerView
from kling_desktop.ui.viewer.player.synced_stages import SyncedStages
from kling_desktop.ui.viewer.player.transport_bar import TransportBar
from kling_desktop.ui.widgets import Button, Option, Segmented, label

_WAYS = (Option("beside", "Side by side"), Option("wipe", "Wipe"))


class CompareView(PlayerView):
    """Shows the clips of two to four finished jobs in sync.

    Keys: those of the player; W wipes one of two over the other; Esc closes.
    """

    def __init__(
        self,
        theme: Theme,
        takes: Sequence[Job],
        parent: QWidget | None = None,
        *,
        prove: Callable[[Path], None] | None = None,
    ) -> None:
        paths = [Path(take.state.file) for take in takes if isinstance(take.state, Done)]
        stage, side = SyncedStages(theme, paths, prove=prove), SidePanel(theme)
        super().__init__(theme, stage, TransportBar(theme, for_one=False), side, paths[0], parent)
        self.takes = tuple(takes)
        self.setAccessibleName(f"{len(takes)} takes, compared")
        self.stage = stage
        self.ways = Segmented(theme, "Layout", _WAYS)
        if len(takes) != 2:
            self.ways.hide()
        self.ways.show_chosen("beside")
        self.ways.chosen.connect(self._show_way)
        self._fill(side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_requested.emit()
        elif event.key() == Qt.Key.Key_W and self.ways.isVisible():
            self._show_way("beside" if self.ways.value == "wipe" else "wipe")
        elif not self._controls.handle_key(event):
            super().keyPressEvent(event)

    def _show_way(self, way: object) -> None:
        self.ways.show_chosen(way)
        self.stage.show_wiped(way == "wipe")

    def _fill(self, side: SidePanel) -> None:
        back = Button(self._theme, "Back")
        back.setToolTip("Back to the clips (Esc)")
        back.clicked.connect(self.close_requested)
        side.add_header(f"{len(self.takes)} takes", back)
        side.rows.addWidget(self.ways)
        differs = QVBoxLayout()
        differs.setSpacing(SPACE.M)
        found = request_differences(self.takes)
        if not found:
            differs.addWidget(label("Their requests are the same.", "secondary", wraps=True))
        for difference in found:
            differs.addLayout(_told(difference))
        side.add_section("WHAT DIFFERS", differs)
        side.rows.addStretch(1)


def _told(difference: Difference) -> QGridLayout:
    """What it is called, and below it, close together, the numbers of the takes and what it is in each."""
    rows = QGridLayout()
    rows.setHorizontalSpacing(SPACE.S)
    rows.setVerticalSpacing(SPACE.XS)
    rows.setColumnMinimumWidth(0, SPACE.M)
    rows.setColumnStretch(1, 1)
    rows.addWidget(label(difference.name, "strong"), 0, 0, 1, 2)
    for nth, value in enumerate(difference.values, 1):
        rows.addWidget(label(str(nth), "secondary"), nth, 0, Qt.AlignmentFlag.AlignTop)
        words = label("", "secondary", wraps=True)
        words.setTextFormat(Qt.TextFormat.RichText)
        words.setText(_rich_text(value))
        words.setAccessibleName(f"{difference.name} of take {nth}: {plain_text(value)}")
        rows.addWidget(words, nth, 1)
    return rows


def _rich_text(value: Passage) -> str:
    """The value with its changed words in bold."""
    parts = (escape(segment.text, quote=False) for segment in value)
    marked = zip(parts, (segment.is_changed for segment in value), strict=True)
    return " ".join(f"<b>{part}</b>" if is_changed else part for part, is_changed in marked)
