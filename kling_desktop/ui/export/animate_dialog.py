"""Asks for the format, width and frame rate of an animation."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kling_desktop.media.export.animation import FRAME_RATES, WIDTHS, AnimationFormat, AnimationOptions
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, Segmented, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 480
_HINTS = {
    AnimationFormat.WEBP: "Small and in full colour. Browsers and most chats play it.",
    AnimationFormat.GIF: "Plays everywhere, in 256 colours. Files get large.",
}


class AnimateDialog(Dialog):
    """Shown with open(); calls take(options) at the end.

    width: the clip's own, px; wider ones aren't offered. note: what else to know, "" for nothing.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        chosen: AnimationOptions,
        width: int,
        take: Callable[[AnimationOptions], None],
        note: str = "",
    ) -> None:
        super().__init__(theme, parent, "WebP or GIF", width=_WIDTH)
        self._take = take
        self._chosen = chosen
        self.kinds = Segmented(
            theme, "Kind", [Option(AnimationFormat.WEBP, "WebP"), Option(AnimationFormat.GIF, "GIF")]
        )
        offered = [one for one in WIDTHS if one <= width] or [WIDTHS[0]]
        self.widths = Segmented(theme, "Width", [Option(one, f"{one} px") for one in offered])
        self.rates = Segmented(theme, "Frames per second", [Option(rate, str(rate)) for rate in FRAME_RATES])
        self._hint = label("", "secondary", wraps=True)
        for row in (self.kinds, self.widths, self.rates):
            row.chosen.connect(row.show_chosen)
            row.chosen.connect(lambda _value: self._show())
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE.L)
        rows.setVerticalSpacing(SPACE.M)
        rows.setColumnStretch(1, 1)
        for number, row in enumerate((self.kinds, self.widths, self.rates)):
            rows.addWidget(label(row.accessibleName()), number, 0)
            rows.addWidget(row, number, 1)
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        self.go = Button(theme, "Save…", tall=True)
        self.go.clicked.connect(self._go)
        self.go.be_default_of(self)
        self.body.setSpacing(SPACE.L)
        self.body.addLayout(rows)
        self.body.addWidget(self._hint)
        if note:
            self.body.addWidget(label(note, "secondary", wraps=True))
        self.add_buttons(cancel, self.go)
        self.kinds.show_chosen(chosen.format)
        self.widths.show_chosen(min(chosen.width, offered[-1]))
        self.rates.show_chosen(chosen.fps)
        self._show()
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        kind, width, rate = self.kinds.value, self.widths.value, self.rates.value
        assert isinstance(kind, AnimationFormat)
        assert isinstance(width, int)
        assert isinstance(rate, int)
        self._chosen = AnimationOptions(kind, width, rate)
        self._hint.setText(_HINTS[self._chosen.format])

    def _go(self) -> None:
        self.accept()
        self._take(self._chosen)
