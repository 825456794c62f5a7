"""The lineage of a clip: a small tree of what it was made from and what was made from it."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from kling_desktop.domain.jobs.actions import ActionRequest, JobAction
from kling_desktop.domain.library.clip_query import LineageFilter, LineageScope
from kling_desktop.domain.library.lineage_graph import Direction, HiddenCount, LineageGraph
from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.composer.media_input.preview_cache import load_preview
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details.input_pictures import InputPictures
from kling_desktop.ui.viewer.details.lineage_row import ClipRow, LineageRow, TextRow
from kling_desktop.ui.viewer.details.lineage_rows import LineageEntry, lineage_entries
from kling_desktop.ui.widgets import LinkButton, label
from kling_desktop.ui.widgets.label import plain_tip

_ROUND: Final = 6.0
_BULGE: Final = 10.0


class LineageTree(QWidget):
    """Hidden until it is given a lineage to show."""

    action_requested = Signal(object)
    """An ActionRequest to open another clip."""
    filter_requested = Signal(object)
    """A LineageFilter, to find those clips in the library."""
    preset_requested = Signal(str)
    """The ID of a preset, to find the clips that were made with it."""

    def __init__(self, theme: Theme, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = words
        self._background = BackgroundRunner(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows: list[LineageRow] = []
        self._hang: list[tuple[LineageRow, LineageRow]] = []
        self._also: list[tuple[LineageRow, LineageRow]] = []
        self._by_image: dict[str, ClipRow] = {}
        self._given: InputPictures | None = None
        self.hide()

    @property
    def missing_images(self) -> tuple[str, ...]:
        """The service's IDs of the images that are shown without a picture."""
        return (*(self._given.missing_images if self._given else ()), *self._by_image)

    def show_image(self, image: str, path: Path) -> None:
        """Show the picture of the image with that ID at the service."""
        if row := self._by_image.pop(image, None):
            self._picture(row, path)
        elif self._given:
            self._given.show_image(image, path)

    def show_lineage(self, family: LineageGraph) -> None:
        """Show this lineage instead of the one before."""
        self._clear()
        self.setVisible(not family.is_empty)
        if family.is_empty:
            return
        rows = lineage_entries(family)
        here = next(number for number, row in enumerate(rows) if row.to is None)
        if here or family.preset_name or family.inputs:
            self._head("MADE FROM")
        if family.inputs:
            self._column.addSpacing(SPACE.XS)
            self._given = InputPictures(self._theme, family.inputs, self._background)
            self._put(self._given)
            self._column.addSpacing(SPACE.S)
        if len(rows) == 1 and not family.preset_name:
            return
        shown = [self._widget(row, rows, family) for row in rows]
        before, this, after = shown[:here], shown[here], shown[here + 1 :]
        for widget in before:
            self._add(widget)
        if preset := self._preset(family):
            self._hang.append((preset, this))
        self._add(this)
        if after:
            self._head("LED TO", indent=int(this.left))
        for widget in after:
            self._add(widget)
        for row, widget in zip(rows, shown, strict=True):
            if row.to is not None:
                self._hang.append((widget, shown[row.to]))
            self._also += [(widget, shown[other]) for other, _ in row.also]
        if sum(kin.is_in_library for kin in family.nodes) > 1:
            self._lead_to_all(family)
        if first := next((row for row in self._rows if row.leads), None):
            self._let_tab_reach(first)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines between the rows."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.tokens.line_strong, 1.5))
            for row, on in self._hang:
                painter.drawPath(_elbow(_dot(row), _dot(on)))
            pen = QPen(self._theme.tokens.text3, 1.25)
            pen.setDashPattern([2.5, 2.5])
            painter.setPen(pen)
            for row, other in self._also:
                painter.drawPath(_bow(_dot(row), _dot(other)))

    # Rows

    def _widget(self, row: LineageEntry, rows: tuple[LineageEntry, ...], family: LineageGraph) -> LineageRow:
        if row.beyond:
            return self._more(row.beyond, row, family)
        if row.kin is None:
            return TextRow(self._theme, 0, "This clip", leads=False, here=True)
        kin = row.kin
        shown = ClipRow(self._theme, row.generation, row.said, kin.prompt_excerpt, there=kin.is_in_library)
        if row.to is not None and (on := rows[row.to].kin):
            shown.setAccessibleName(f"{row.said}, of “{on.prompt_excerpt}”: {kin.prompt_excerpt or 'without words'}")
        if row.also:
            shown.show_also(_told_also(one, rows) for one in row.also)
        if kin.is_in_library:
            shown.clicked.connect(partial(self._choose, kin.job))
        if row.picture:
            self._picture(shown, Path(row.picture))
        elif kin.image:
            self._by_image[kin.image] = shown
        return shown

    def _more(self, beyond: HiddenCount, row: LineageEntry, family: LineageGraph) -> LineageRow:
        words = next((kin.prompt_excerpt for kin in family.nodes if kin.job == beyond.job), self._words)
        led_to = beyond.direction is Direction.LED_TO
        shown = TextRow(self._theme, row.generation, f"+{beyond.count:,} more")
        what = "made from" if led_to else "that led to"
        shown.setAccessibleName(f"{beyond.count:,} more clips {what} “{words}”: show them in the library")
        shown.setToolTip(plain_tip(f"Show all clips {what} it in the library"))
        kinship = LineageScope.CHILDREN if led_to else LineageScope.PARENTS
        shown.clicked.connect(lambda: self.filter_requested.emit(LineageFilter(beyond.job, kinship, words)))
        return shown

    def _preset(self, family: LineageGraph) -> LineageRow | None:
        if not family.preset_name:
            return None
        shown = TextRow(self._theme, 1, f"Preset: {family.preset_name}", "star", leads=bool(family.preset))
        if family.preset:
            shown.setToolTip("Show the clips made with this preset in the library")
            shown.clicked.connect(lambda: self.preset_requested.emit(family.preset))
        self._add(shown)
        return shown

    def _lead_to_all(self, family: LineageGraph) -> None:
        self._column.addSpacing(SPACE.XS)
        link = LinkButton(self._theme, "Show all related clips in the library")
        link.setToolTip("These clips and their more distant relatives")
        link.clicked.connect(
            lambda: self.filter_requested.emit(LineageFilter(family.root, LineageScope.ALL, self._words))
        )
        self._put(link)

    def _choose(self, job: str, _checked: bool = False) -> None:
        self.action_requested.emit(ActionRequest(JobAction.OPEN, (job,)))

    def _picture(self, row: ClipRow, path: Path) -> None:
        def show(picture: QImage | None) -> None:
            if isValid(row):  # the viewer may show another clip by now
                row.show_picture(picture)

        self._background.run(partial(load_preview, path), show)

    # Layout

    def _clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self._rows, self._hang, self._also = [], [], []
        self._by_image, self._given = {}, None

    def _put(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
        widget.show()  # now: a visible layout would show it later

    def _head(self, words: str, indent: int = 0) -> None:
        head = label(words, "overline")
        head.setContentsMargins(indent, SPACE.XS, 0, SPACE.XS)
        self._put(head)

    def _add(self, row: LineageRow) -> None:
        self._rows.append(row)
        row.stepped.connect(partial(self._step, row))
        self._put(row)

    # Keyboard: one stop for Tab, then the arrow keys

    def _step(self, row: LineageRow, step: int) -> None:
        stops = [one for one in self._rows if one.leads]
        at = stops.index(row) + step
        if 0 <= at < len(stops):
            self._let_tab_reach(stops[at])
            stops[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _let_tab_reach(self, row: LineageRow) -> None:
        for one in self._rows:
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus if one is row else Qt.FocusPolicy.NoFocus)


def _told_also(also: tuple[int, str], rows: tuple[LineageEntry, ...]) -> str:
    number, said = also
    kin = rows[number].kin
    whom = f"“{kin.prompt_excerpt}”" if kin else "this clip"
    return f"Also {said[0].lower()}{said[1:]} of {whom}"


def _dot(row: LineageRow) -> QPointF:
    return QPointF(row.geometry().topLeft()) + row.dot


def _elbow(row: QPointF, on: QPointF) -> QPainterPath:
    """A line down the parent's position and round the corner to the row."""
    towards = 1 if row.y() > on.y() else -1
    path = QPainterPath(on)
    path.lineTo(on.x(), row.y() - towards * _ROUND)
    path.quadTo(on.x(), row.y(), on.x() + _ROUND, row.y())
    path.lineTo(row)
    return path


def _bow(row: QPointF, other: QPointF) -> QPainterPath:
    """A bow around the rows between."""
    path = QPainterPath(row)
    left = max(1.0, min(row.x(), other.x()) - _BULGE)
    path.cubicTo(left, row.y(), left, other.y(), other.x(), other.y())
    return path
