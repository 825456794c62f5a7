"""Dragging clips out of the window: real files for other programs, and media for the form."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QDrag, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.library.model.clip_mime import clips_mime
from kling_desktop.ui.theme import SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import BESIDE_POINTER, CENTRE, box, one_line, text_width

_WIDTH = 88


def drag_clips(source: QWidget, theme: Theme, jobs: Sequence[Job], picture: QImage | None) -> None:
    """Drag the clips of these jobs, with that picture at the pointer. Returns after the drop; only for mouse handlers,
    never in a task.
    """
    mime = clips_mime(jobs)
    if mime is None:
        return
    drag = QDrag(source)
    drag.setMimeData(mime)
    if picture is not None and not picture.isNull():
        small = QPixmap.fromImage(picture).scaledToWidth(_WIDTH, Qt.TransformationMode.SmoothTransformation)
        if len(mime.urls()) > 1:
            _count_on(small, len(mime.urls()), theme)
        drag.setPixmap(small)
        drag.setHotSpot(-BESIDE_POINTER)
    drag.exec(
        Qt.DropAction.CopyAction
    )  # Qt has no other way; started by the mouse outside any task, so the loop goes on


def _count_on(picture: QPixmap, count: int, theme: Theme) -> None:
    """How many are dragged, in the corner of the drag picture."""
    text, font = f"{count:,}", theme.font(SIZE.SMALL, WEIGHT.STRONG)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(22, text_width(font, text) + 12)
        badge = QRect(picture.deviceIndependentSize().toSize().width() - width - 4, 4, width, 22)
        box(painter, badge, 11, theme.tokens.accent)
        one_line(painter, badge, CENTRE, text, font, theme.tokens.on_accent)
