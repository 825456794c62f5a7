"""Small pictures of what lies in the slots, loaded beside the window and kept."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from kling_desktop.domain.draft import LocalImage, Media, StoredMedia
from kling_desktop.media.errors import BadMedia

from .background import Background

_AREA = (640, 400)
_KEPT = 64


class Pictures(QObject):
    """`of` answers at once, perhaps with None; `loaded` says that another answer can be had now.

    `picture_of` names the file on this machine that shows an image or video the service has, if there is one.
    """

    loaded = Signal()

    def __init__(self, background: Background, picture_of: Callable[[str], Path | None], parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._picture_of = picture_of
        # A file that can't be pictured is kept as None, so that it isn't tried at each redraw.
        self._kept: OrderedDict[Path, QImage | None] = OrderedDict()

    def of(self, media: Media) -> QImage | None:
        """The picture of `media` if it is at hand; otherwise it is fetched."""
        match media:
            case LocalImage():
                path: Path | None = Path(media.file)
            case StoredMedia():
                path = self._picture_of(media.id)
            case _:
                path = None
        if path is None:
            return None
        if path in self._kept:
            self._kept.move_to_end(path)
            return self._kept[path]
        self._kept[path] = None
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._background.run(lambda: _load(path), lambda image: self._keep(path, image))
        return None

    def _keep(self, path: Path, image: QImage | None) -> None:
        if image is not None:
            self._kept[path] = image
            self.loaded.emit()


def _load(path: Path) -> QImage | None:
    from kling_desktop.media.thumbnails import thumbnail  # Pillow is for the first picture to pay, not the start

    try:
        picture = thumbnail(path, _AREA)
    except BadMedia:
        return None
    kind = QImage.Format.Format_ARGB32 if picture.alpha else QImage.Format.Format_RGB32
    # A copy, because QImage borrows the bytes.
    return QImage(picture.data, picture.width, picture.height, picture.stride, kind).copy()
