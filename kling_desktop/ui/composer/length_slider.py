"""A length out of a range, in whole seconds."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from kling_desktop.ui.widgets import label


class LengthSlider(QWidget):
    """A slider with a mark for each second, and the length in words beside it."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Duration in seconds")
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setPageStep(5)
        self._words = label("", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self._words)
        self.slider.valueChanged.connect(self.chosen)
        self.setFocusProxy(self.slider)

    def show_length(self, seconds: int, choices: Sequence[int]) -> None:
        """Show a length of a range."""
        with QSignalBlocker(self.slider):
            self.slider.setRange(choices[0], choices[-1])
            self.slider.setValue(seconds)
        self._words.setText(f"{seconds} s")
