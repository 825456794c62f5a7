"""The header of a group: its name, why it is blocked, and the action that unblocks it."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from kling_desktop.domain.request.draft import Media
from kling_desktop.domain.request.form import Control, FormAction
from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets import LinkButton, label
from kling_desktop.ui.widgets.label import plain_tip


class _Reason(QLabel):
    """A caption that ends in … where there is no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(0, self._theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        font = self._theme.font(SIZE.CAPTION)
        shown = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        with QPainter(self) as painter:
            painter.setFont(font)
            painter.setPen(self._theme.tokens.text2)
            where = QRect(0, 0, self.width(), self.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter.value, shown)


class GroupHeader(QWidget):
    """Emits `action_requested(action)` when the user clicks the offered way out."""

    action_requested = Signal(object)

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action: FormAction | None = None
        self._reason = _Reason(theme)
        self._link = LinkButton(theme, "")
        self._link.clicked.connect(self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._title = label(title.upper(), "overline")
        row.addWidget(self._title)
        row.addWidget(self._reason, 1)
        row.addWidget(self._link)
        theme.fit(self, lambda me: me.setFixedHeight(theme.px(18)))
        self._link.hide()

    def show_title(self, title: str) -> None:
        """Change the group's name."""
        self._title.setText(title.upper())

    def show_control(self, control: Control[tuple[Media, ...]]) -> None:
        """Show why the group is blocked and what unblocks it; nothing while it isn't."""
        self._reason.setText(f" · {control.blocked_caption}" if control.blocked_caption else "")
        self._reason.setToolTip(plain_tip(control.blocked_reason))
        self.setAccessibleDescription(control.blocked_reason)
        self._action = control.action
        self._link.setVisible(control.action is not None)
        if control.action is not None:
            # What to use instead stands at the start of the line.
            self._link.setText("Use instead" if control.action.wanted_type else control.action.label)
            self._link.setAccessibleName(control.action.label)
            self._link.setToolTip(plain_tip(control.action.label))
            self._link.setAccessibleDescription(control.blocked_reason)
            self._link.updateGeometry()

    def _open(self) -> None:
        if self._action is not None:
            self.action_requested.emit(self._action)
