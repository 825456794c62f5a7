"""Previews of the media in the slots, loaded in the background and cached."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from kling_desktop.domain.request.draft import LocalImage, Media, StoredMedia
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Size
from kling_desktop.media.errors import BadMedia
from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.widgets.paint import as_image

# The widest slot on a screen with twice the pixels.
_AREA = (480, 300)
# About half a megabyte each: enough for the slots, recent images and clips, and their fits.
_KEPT = 24


class PreviewCache(QObject):
    """`of` returns at once, perhaps None; `loaded` says that it may return something else now.

    `picture_of` returns the local file for an image or video that Leonardo has, if there is one.
    """

    loaded = Signal()

    def __init__(self, background: BackgroundRunner, picture_of: Callable[[str], Path | None], parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._picture_of = picture_of
        # A file that can't be read is cached as None, so that it isn't tried again at each redraw.
        self._kept: OrderedDict[Hashable, QImage | None] = OrderedDict()

    def of(self, media: Media) -> QImage | None:
        """The preview of `media` if it is cached; otherwise it is loaded."""
        match media:
            case LocalImage():
                path: Path | None = Path(media.file)
            case StoredMedia():
                path = self._picture_of(media.id)
            case _:
                path = None
        return None if path is None else self._at_hand((path,), lambda: load_preview(path))

    def fitted(self, image: LocalImage, video: Size) -> QImage | None:
        """The frame that `image` becomes in a video of that size: the very file that is sent."""
        path, fit = Path(image.file), image.fit
        return self._at_hand((path, fit, video), lambda: _load_fitted(path, video, fit)) if fit else None

    def whole(self, media: Media, video: Size, area: QSize, done: Callable[[QImage | None], None]) -> None:
        """`media` as large as `area` allows, fitted if it is, decoded in the background and not cached."""
        match media:
            case LocalImage(fit=Fit() as fit) if media.width and media.height:
                path, size = Path(media.file), (area.width(), area.height())
                self._background.run(lambda: _load_fitted(path, video, fit, size), done)
            case LocalImage():
                self._load_whole(Path(media.file), area, done)
            case StoredMedia():
                if found := self._picture_of(media.id):
                    self._load_whole(found, area, done)

    def _load_whole(self, path: Path, area: QSize, done: Callable[[QImage | None], None]) -> None:
        self._background.run(lambda: load_preview(path, (area.width(), area.height())), done)

    def _at_hand(self, key: Hashable, load: Callable[[], QImage | None]) -> QImage | None:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        self._kept[key] = None
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._background.run(load, lambda image: self._keep(key, image))
        return None

    def _keep(self, key: Hashable, image: QImage | None) -> None:
        if image is not None and key in self._kept:
            self._kept[key] = image
            self.loaded.emit()


def _load_fitted(path: Path, video: Size, fit: Fit, area: tuple[int, int] = _AREA) -> QImage | None:
    from kling_desktop.media.image.frame_fit import fit_image, fitted_folder

    try:
        return load_preview(fit_image(path, video, fit, fitted_folder(path)), area)
    except (BadMedia, OSError):
        # The upload says why, if it gets that far.
        return None


def load_preview(path: Path, area: tuple[int, int] = _AREA) -> QImage | None:
    """The picture in the file, as large as `area` allows; None if it isn't one."""
    from kling_desktop.media.image.thumbnail import (
        thumbnail,  # Pillow is loaded with the first picture, not at start-up
    )

    try:
        picture = thumbnail(path, area)
    except BadMedia:
        return None
    # The fourth byte of an opaque pixel is 0 as it comes, but Qt expects 255.
    return as_image(picture).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied).copy()
