"""Small pictures of the inputs of a clip that aren't clips themselves, mostly the user's own images."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from shiboken6 import isValid

from kling_desktop.domain.library.lineage import Relation
from kling_desktop.domain.library.lineage_graph import ExternalInput
from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.composer.media_input.preview_cache import load_preview
from kling_desktop.ui.composer.slots.full_preview import AREA, FullPreview
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.widgets.flow_layout import FlowLayout
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import box, draw_covering, draw_icon
from kling_desktop.ui.widgets.pressable import Pressable

_TILE: Final = QSize(56, 56)
_WHAT = {
    Relation.START_FRAME: "Start frame",
    Relation.END_FRAME: "End frame",
    Relation.REFERENCE: "Reference {}",
    Relation.EDIT: "Edited video",
}


class InputPictures(QWidget):
    """A click or a key on a picture shows it as large as the window."""

    def __init__(self, theme: Theme, given: Iterable[ExternalInput], background: BackgroundRunner) -> None:
        super().__init__()
        self._theme = theme
        self._background = background
        self._by_image: dict[str, list[_Tile]] = {}
        flow = FlowLayout(SPACE.S, self)
        for one in given:
            tile = _Tile(theme, one)
            flow.addWidget(tile)
            if one.file:
                self._fill(tile, Path(one.file))
            else:
                self._by_image.setdefault(one.image, []).append(tile)

    @property
    def missing_images(self) -> tuple[str, ...]:
        """The service's IDs of the inputs without a picture."""
        return tuple(self._by_image)

    def show_image(self, image: str, path: Path) -> None:
        """Show the picture of the image with that ID at the service."""
        for tile in self._by_image.pop(image, ()):
            self._fill(tile, path)

    def _fill(self, tile: "_Tile", path: Path) -> None:
        tile.clicked.connect(partial(self._show_large, tile, path))
        tile.setCursor(Qt.CursorShape.PointingHandCursor)
        tile.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tile.setToolTip(plain_tip(f"{tile.text()}\nClick to see it large."))
        self._background.run(partial(load_preview, path), partial(self._show, tile))

    def _show(self, tile: "_Tile", picture: QImage | None) -> None:
        if isValid(tile):  # the viewer may show another clip by now
            tile.show_picture(picture)

    def _show_large(self, tile: "_Tile", path: Path, _checked: bool = False) -> None:
        had_keyboard = self.window().focusWidget() or tile
        preview = FullPreview(self._theme, had_keyboard, tile.text())
        preview.show_picture(tile.picture)
        large = partial(load_preview, path, (AREA.width(), AREA.height()))
        self._background.run(large, lambda picture: preview.show_picture(picture) if isValid(preview) else None)


class _Tile(Pressable):
    """One input, with its picture once it is loaded. Without a name it is called by its ID."""

    def __init__(self, theme: Theme, given: ExternalInput) -> None:
        what = _WHAT.get(given.relation, "").format(given.number)
        named = given.name or (f"ID {given.image}" if given.image else "")
        super().__init__(theme, f"{what}: {named}" if named else what, RADIUS.CONTROL)
        self.picture: QImage | None = None
        self._icon = "film" if given.relation is Relation.EDIT else "image"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.text())
        self.setToolTip(plain_tip(self.text()))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        return _TILE

    def show_picture(self, image: QImage | None) -> None:
        """Show the picture; None if the file is gone or isn't an image."""
        self.picture = image
        if image is None:
            self.setEnabled(False)
            self.setToolTip(plain_tip(f"{self.text()}\nThe picture is gone."))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        area = QRectF(self.rect())
        with QPainter(self) as painter:
            if self.picture is None:
                box(painter, area, RADIUS.CONTROL, tokens.field, tokens.line, dashed=not self.isEnabled())
                draw_icon(painter, self._icon, area.center(), tokens.text3, 16)
                return
            draw_covering(painter, area, self.picture, RADIUS.CONTROL)
            hovered = self.underMouse() or self.isDown()
            box(painter, area, RADIUS.CONTROL, None, tokens.accent if hovered else tokens.line_strong)
