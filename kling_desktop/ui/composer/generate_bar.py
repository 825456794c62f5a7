"""The Generate button, with the price and the visibility beside it."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.models import ModelSpec
from kling_desktop.domain.spending.prices import Quote
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import LinkButton, PrimaryButton, Tag, label
from kling_desktop.ui.widgets.label import plain_tip


class GenerateBar(QWidget):
    """Emits `generate_requested` once per press, `generate_first_requested` to go ahead of all waiting jobs, and
    `reason_requested(control)` when Generate is blocked and the user clicks the reason.
    """

    generate_requested = Signal()
    generate_first_requested = Signal()
    reason_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._why_not: tuple[str, str] | None = None
        self._shown: tuple[object, ...] | None = None
        self.model = LinkButton(theme, "")
        self._about = label("about", "secondary")
        self._price = label("", "strong")
        self._each = label("", "secondary")
        self._left = label("", "secondary")
        self._tag = Tag(theme, "PUBLIC", loud=True)
        self._public = label("", "secondary")
        self.button = PrimaryButton(theme, "Generate")
        self.button.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.model)
        row.addSpacing(4)
        row.addWidget(self._about)
        row.addWidget(self._price)
        row.addSpacing(4)
        row.addWidget(self._each)
        row.addStretch(1)
        row.addWidget(self._left)
        seen = QHBoxLayout()
        seen.setSpacing(8)
        seen.addWidget(self._tag)
        seen.addWidget(self._public)
        seen.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 16)
        column.setSpacing(8)
        column.addLayout(seen)
        column.addLayout(row)
        column.addWidget(self.button)
        self.button.triggered.connect(self.generate_requested)
        self.button.reason_clicked.connect(self.press)

    def show_form(self, form: Form, why_not: tuple[str, str] | None, quote: Quote) -> None:
        """Show the form; `why_not` is (control, sentence) while Generate is blocked."""
        self._show_model(form.spec)
        takes, price = form.takes.value, quote.price
        shown = takes, quote, form.public, why_not
        if shown == self._shown:
            return
        self._shown = shown
        self._price.setText("" if price is None else str(price.times(takes)))
        self._each.setText("" if price is None or takes == 1 else f"{takes} × {price}")
        self._about.setText("price unknown" if price is None else "about")
        for part in (self._about, self._price, self._each):
            part.setToolTip(plain_tip(f"{quote.source} The real cost is shown once Leonardo reports it."))
        self._show_left(quote)
        self._public.setText(form.public.note)
        self._public.setVisible(form.public.value)
        self._tag.setVisible(form.public.value)
        self._why_not = why_not
        if why_not is None:
            self.button.show_ready("Generate" if takes == 1 else f"Generate {takes} takes", "Ctrl Enter")
        else:
            self.button.show_blocked(why_not[1])
        self.button.setAccessibleName(self.button.text())

    def _show_model(self, spec: ModelSpec) -> None:
        if self.model.text() != spec.name:
            self.model.setText(spec.name)
            self.model.setToolTip(plain_tip(f"{spec.use} Click to choose another model."))
            self.model.setAccessibleName(f"Model: {spec.name}")
            self.model.updateGeometry()

    def _show_left(self, quote: Quote) -> None:
        self._left.setText(quote.remaining)
        role = "problem" if quote.exceeds else "secondary"
        if self._left.property("role") != role:
            self._left.setProperty("role", role)
            self._left.style().polish(self._left)

    def press(self) -> None:
        """Press Generate, for the keyboard shortcut."""
        if self._why_not is None:
            self.generate_requested.emit()
        else:
            self.reason_requested.emit(self._why_not[0])

    def press_for_first(self) -> None:
        """Press Generate, ahead of all waiting jobs."""
        if self._why_not is None:
            self.generate_first_requested.emit()
        else:
            self.reason_requested.emit(self._why_not[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Submit once per press: the second half of a double click and key repeats don't count."""
        if watched is not self.button:
            return False
        if event.type() is QEvent.Type.MouseButtonDblClick:
            return True
        return isinstance(event, QKeyEvent) and event.isAutoRepeat()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, self._theme.tokens.line)
