"""Asks for the order in which clips are joined."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from kling_desktop.domain.jobs.job import Job
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.export.captions import ending_credentials, facts_of
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.dialog import Dialog
from kling_desktop.ui.widgets.paint import as_image

_WIDTH = 560
_PICTURE = QSize(72, 48)
_SHOWN = 6
_ROW = _PICTURE.height() + SPACE.S
_JOB = Qt.ItemDataRole.UserRole


class _List(QListWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.shift(step)
        else:
            super().keyPressEvent(event)

    def shift(self, step: int) -> None:
        """Move the current clip that many positions down."""
        row = self.currentRow()
        if row >= 0 and 0 <= row + step < self.count():
            item = self.takeItem(row)
            self.insertItem(row + step, item)
            self.setCurrentItem(item)


class ConcatDialog(Dialog):
    """Shown with open().

    Args:
        theme: The look.
        parent: The window.
        jobs: The clips, in the order to begin with.
        pictures: One for each clip; None where there is none.
        take: Called with the clips in the chosen order.
        alike: Whether they can be joined without encoding them again.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        jobs: Sequence[Job],
        pictures: Sequence[PixelBuffer | None],
        take: Callable[[list[Job]], None],
        *,
        alike: bool,
    ) -> None:
        super().__init__(theme, parent, f"Join {len(jobs)} clips", width=_WIDTH)
        self._jobs = {job.id: job for job in jobs}
        self._take = take
        self.list = _List()
        self.list.setAccessibleName("Order of the clips")
        self.list.setToolTip("Drag a clip, or move it with Alt+Up and Alt+Down")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setIconSize(_PICTURE)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setFixedHeight(_ROW * min(len(jobs), _SHOWN) + SPACE.S)
        for job, picture in zip(jobs, pictures, strict=True):
            self.list.addItem(_item(job, picture, theme.tokens.field))
        self.list.setCurrentRow(0)
        seconds = sum(job.draft.duration for job in jobs)
        how = "nothing is encoded again" if alike else "they differ, so all take the size and rate of the first"
        up, down = (Button(theme, words, tall=True) for words in ("Move up", "Move down"))
        for button, step in ((up, -1), (down, 1)):
            button.clicked.connect(lambda _=False, step=step: self.list.shift(step))
            button.setToolTip("Alt+Up" if step < 0 else "Alt+Down")
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        self.go = Button(theme, "Save…", tall=True)
        self.go.clicked.connect(self._go)
        self.go.be_default_of(self)
        self.body.addWidget(self.list)
        self.body.addWidget(label(f"About {seconds} s; {how}.", "secondary", wraps=True))
        if ending := ending_credentials(jobs):
            self.body.addWidget(label(ending, "secondary", wraps=True))
        self.add_buttons(cancel, self.go, left=(up, down))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def order(self) -> list[Job]:
        return [self._jobs[self.list.item(row).data(_JOB)] for row in range(self.list.count())]

    def _go(self) -> None:
        order = self.order
        self.accept()
        self._take(order)


def _item(job: Job, picture: PixelBuffer | None, background: QColor) -> QListWidgetItem:
    item = QListWidgetItem(f"{' '.join(job.draft.prompt.split())[:120]}\n{facts_of(job)}")
    item.setData(_JOB, job.id)
    item.setSizeHint(QSize(_WIDTH // 2, _ROW))
    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
    # Without alpha, since the picture never sets its own.
    canvas = QImage(_PICTURE, QImage.Format.Format_RGB32)
    canvas.fill(background)
    if picture is not None:
        image = as_image(picture)
        with QPainter(canvas) as painter:
            at = (_PICTURE - image.size()) / 2
            painter.drawImage(at.width(), at.height(), image)
    # The same while selected: Qt would tint it.
    icon = QIcon(QPixmap.fromImage(canvas))
    icon.addPixmap(QPixmap.fromImage(canvas), QIcon.Mode.Selected)
    item.setIcon(icon)
    return item
