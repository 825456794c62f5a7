"""In which order clips are joined."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.job import Job
from kling_desktop.media.picture import Picture
from kling_desktop.ui.handing.captions import facts_of
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label

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
        """Move the current one that many places down."""
        row = self.currentRow()
        if row >= 0 and 0 <= row + step < self.count():
            item = self.takeItem(row)
            self.insertItem(row + step, item)
            self.setCurrentItem(item)


class JoinDialog(QDialog):
    """Shown with open(). take(jobs in their order) once it is chosen. pictures: one for each job, None where unread."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        jobs: Sequence[Job],
        pictures: Sequence[Picture | None],
        take: Callable[[list[Job]], None],
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._jobs = {job.id: job for job in jobs}
        self._take = take
        self.setWindowTitle("Join clips")
        self.setFixedWidth(_WIDTH)
        self.list = _List()
        self.list.setAccessibleName("Clips in their order")
        self.list.setToolTip("Drag a clip to its place, or move it with Alt+↑ and Alt+↓")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setIconSize(_PICTURE)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setFixedHeight(_ROW * min(len(jobs), _SHOWN) + SPACE.S)
        for job, picture in zip(jobs, pictures, strict=True):
            self.list.addItem(_item(job, picture, theme.tokens.field))
        self.list.setCurrentRow(0)
        self._what = label("", "secondary", wraps=True)
        up, down = (Button(theme, words, tall=True) for words in ("Move up", "Move down"))
        for button, step in ((up, -1), (down, 1)):
            button.clicked.connect(lambda _=False, step=step: self.list.shift(step))
            button.setToolTip(f"Alt+{'↑' if step < 0 else '↓'}")
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        self.go = Button(theme, "Save…", tall=True)
        self.go.clicked.connect(self._go)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        buttons.addWidget(up)
        buttons.addWidget(down)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label(f"Join {len(jobs)} clips", "empty"))
        column.addWidget(self.list)
        column.addWidget(self._what)
        column.addLayout(buttons)
        for changed in (self.list.model().rowsMoved, self.list.model().rowsInserted):
            changed.connect(self._say)
        self._say()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def order(self) -> list[Job]:
        return [self._jobs[self.list.item(row).data(_JOB)] for row in range(self.list.count())]

    def _say(self) -> None:
        seconds = sum(job.draft.duration for job in self._jobs.values())
        first = self.order[0].draft.size
        alike = all(job.draft.size == first for job in self._jobs.values())
        how = "nothing is encoded again" if alike else f"all are fitted into the {first} of the first"
        self._what.setText(f"About {seconds} s; {how}.")

    def _go(self) -> None:
        order = self.order
        self.accept()
        self._take(order)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)


def _item(job: Job, picture: Picture | None, background: QColor) -> QListWidgetItem:
    item = QListWidgetItem(f"{' '.join(job.draft.prompt.split())[:120]}\n{facts_of(job)}")
    item.setData(_JOB, job.id)
    item.setSizeHint(QSize(_WIDTH // 2, _ROW))
    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
    # Without alpha, as the picture's own is never set.
    canvas = QImage(_PICTURE, QImage.Format.Format_RGB32)
    canvas.fill(background)
    if picture is not None:
        image = QImage(picture.data, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32)
        with QPainter(canvas) as painter:
            at = (_PICTURE - image.size()) / 2
            painter.drawImage(at.width(), at.height(), image)
    item.setIcon(QPixmap.fromImage(canvas))
    return item
