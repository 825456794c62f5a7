"""Reads what was dropped or pasted."""

import json
import re
from base64 import b64decode
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path, PurePath
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage, QImageWriter

from kling_desktop.domain.library.lineage import read_origin
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, LocalImage, Media, Origin, StoredMedia
from kling_desktop.domain.request.media_ids import InvalidId, parse_media_ids
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import CLIPS, Place

CLIP_MIME = "application/x-kling-clip"
"""A clip of the library, as JSON: job, generation, image, file, width, height, seconds."""

SLOT_MIME = "application/x-kling-slot"
"""What is dragged out of a slot, as JSON: form (which one), slot, at."""

_IMG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_ENCODED = ("image/png", "image/jpeg", "image/webp")
# Chromium on X11 offers the file of a dragged picture under this name, whatever its format.
_FILE = "application/octet-stream"
_SERVICE = "leonardo.ai"
_TEXTS = frozenset({".json", ".json5", ".jsonc", ".txt", ".sh", ".bat", ".ps1", ".md", ".py", ".js", ".ts", ".curl"})
_CLIP_SUFFIXES = frozenset(f".{suffix}" for suffix in CLIPS)


@dataclass(frozen=True, slots=True)
class DroppedClip:
    """A clip of the library. video: None while its Leonardo ID is unknown; file: where it is on this computer, if it
    is; origin: which clip it is.
    """

    video: StoredMedia | None
    file: Path | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """The first frame of a clip, as shown on its card."""

    file: Path
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class DroppedClipFile:
    """A file that should be a clip of the app, to be used as the video to edit."""

    file: Path


@dataclass(frozen=True, slots=True)
class DraggedSlot:
    """Media dragged from another slot of the form."""

    place: Place


@dataclass(frozen=True, slots=True)
class DroppedFiles:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class DroppedText:
    """Text that should contain an ID."""

    text: str

    @property
    def holds_ids(self) -> bool:
        try:
            return bool(parse_media_ids(self.text))
        except InvalidId:
            return False


@dataclass(frozen=True, slots=True, eq=False)
class RawImage:
    """A picture without a file, from a browser or the clipboard: encoded bytes, a data: address, or pixels."""

    encoded: bytes
    pixels: QImage
    address: str = ""
    name: str = ""

    def as_bytes(self) -> bytes:
        """The picture as the bytes of a file. Slow for large ones: keep it off the UI thread."""
        if self.encoded:
            return self.encoded
        if self.address:
            return _data_of(self.address)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(self.pixels)
        return bytes(buffer.data().data())


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The web address of a picture whose bytes didn't come along."""

    url: str

    @property
    def name(self) -> str:
        """A name for people: the end of its path, or else the host."""
        parts = urlsplit(self.url)
        return unquote(parts.path.rstrip("/").rpartition("/")[2])[:80] or parts.netloc


DropData = DroppedClip | DraggedSlot | DroppedFiles | DroppedText | RawImage | WebAddress
DroppedImage = Path | RawImage | WebAddress | FirstFrame | DroppedClipFile
"""What has to be fetched or copied before it can fill a slot."""


def slot_mime(place: Place, media: Media, form: str) -> QMimeData:
    """The drag data for `place`; other programs get the file or the ID."""
    mime = QMimeData()
    mime.setData(SLOT_MIME, json.dumps({"form": form, "slot": place.slot.value, "at": place.at}).encode())
    match media:
        case LocalImage():
            mime.setUrls([QUrl.fromLocalFile(media.file)])
        case StoredMedia():
            mime.setText(media.id)
    return mime


def read_drop(mime: QMimeData, form: str, *, only_dragged: bool = False) -> DropData | None:
    """The most specific thing in `mime`; None when nothing in it can be used. Pictures are not decoded here.

    Media dragged out of a slot count as such only within the same `form`; another window takes the file or the ID.
    While a picture is `only_dragged`, its data isn't fetched: another program may take its time over megabytes.
    """
    if (lifted := _dragged_slot(bytes(mime.data(SLOT_MIME).data()), form)) is not None:
        return lifted
    if mime.hasFormat(CLIP_MIME):
        return _clip(bytes(mime.data(CLIP_MIME).data()))
    if paths := tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()):
        return DroppedFiles(paths)
    raw = _raw_image(mime, fetched=not only_dragged)
    # A link around the picture leads elsewhere: the picture's own address comes first.
    said = (_img_in(mime), mime.text().strip(), _address_in(mime))
    told = [words for words in said if words and not words.startswith("data:")]
    # An ID that Leonardo knows saves uploading the picture it came with. In other sites' addresses such numbers aren't
    # Leonardo's.
    own = [
        words for words in told if _is_of_service(words) or not (read_web_address(words) or (raw and "://" in words))
    ]
    if words := next((words for words in own if DroppedText(words).holds_ids), None):
        return DroppedText(words)
    return raw or next(filter(None, map(read_web_address, told)), DroppedText(told[0]) if told else None)


def read_web_address(text: str) -> WebAddress | None:
    """The address of a picture, if the text is nothing else; a Leonardo address is read for its ID."""
    text = text.strip()
    if not text.lower().startswith(("http://", "https://")) or text.split() != [text] or _is_of_service(text):
        return None
    return WebAddress(text)


def _is_of_service(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host == _SERVICE or host.endswith(f".{_SERVICE}")


def is_media(mime: QMimeData) -> bool:
    """Whether this is a picture, a clip or a slot, rather than text to parse."""
    if mime.hasFormat(CLIP_MIME) or mime.hasFormat(SLOT_MIME) or any(url.isLocalFile() for url in mime.urls()):
        return True
    words = mime.text().strip()
    # Word processors add a picture of the text to the text; browsers add the address of the picture.
    is_address = " " not in words and ("://" in words or words.startswith("data:"))
    return _raw_image(mime, fetched=False) is not None and (not words or is_address)


def _raw_image(mime: QMimeData, *, fetched: bool) -> RawImage | None:
    kinds = (*_ENCODED, _FILE) if _img_in(mime) else _ENCODED
    if kind := next((kind for kind in kinds if mime.hasFormat(kind)), ""):
        return RawImage(bytes(mime.data(kind).data()) if fetched else b"", QImage())
    if mime.hasImage():
        return RawImage(b"", QImage(mime.imageData()) if fetched else QImage())
    told = (mime.text().strip(), _address_in(mime), _img_in(mime))
    address = next((text for text in told if text.startswith("data:image/")), "")
    return RawImage(b"", QImage(), address) if address else None


def _address_in(mime: QMimeData) -> str:
    """The address of what was dragged out of a web page."""
    urls = mime.urls()
    return urls[0].toString() if urls else _img_in(mime)


def _img_in(mime: QMimeData) -> str:
    """The address of the picture in a fragment of a web page."""
    found = _IMG.search(mime.html()) if mime.hasHtml() else None
    return unescape(found[1]) if found else ""


def _data_of(address: str) -> bytes:
    """The bytes of a data: address; b"" when it is malformed."""
    head, _, body = address.partition(",")
    try:
        return b64decode(unquote_to_bytes(body)) if head.endswith(";base64") else unquote_to_bytes(body)
    except ValueError:
        return b""


def likely_kind(text: str) -> str:
    """UPLOADED or GENERATED, whichever an ID in this text most likely is: addresses of results tell."""
    return GENERATED if "/generations/" in text.lower() else UPLOADED


def _dragged_slot(data: bytes, form: str) -> DraggedSlot | None:
    try:
        told = json.loads(data)
        return DraggedSlot(Place(Slot(told["slot"]), int(told["at"]))) if told["form"] == form else None
    except (ValueError, KeyError, TypeError):
        return None


def _clip(data: bytes) -> DroppedClip | None:
    try:
        told = json.loads(data)
        image, film, origin = str(told["image"] or ""), told.get("file"), read_origin(told)
        video = StoredMedia(image, GENERATED, told.get("width"), told.get("height"), told.get("seconds"))
        return DroppedClip(replace(video, origin=origin) if image else None, Path(film) if film else None, origin)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


# Requests among what is dropped


def local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def is_request(data: QMimeData) -> bool:
    """Whether this looks like a request: a file that can hold one, a clip included, or its text."""
    # Imported with the first drop, not for the first paint: the readers of tables and presets.
    from kling_desktop.domain.parsing.request_table import TABLE_SUFFIXES, is_request_table
    from kling_desktop.domain.presets.file_format import VERSION_KEY

    if files := local_files(data):
        readable = _TEXTS | TABLE_SUFFIXES | _CLIP_SUFFIXES
        return _is_one_with(files, readable) or all(is_preset_name(file) for file in files)
    if data.hasText() and is_request_table(data.text()):
        return True
    return data.hasText() and "{" in data.text() and ("prompt" in data.text() or VERSION_KEY in data.text())


def is_request_file(data: QMimeData) -> bool:
    """Whether this is a file that holds requests or presets, and nothing that a slot could take."""
    files = local_files(data)
    return bool(files) and is_request(data) and not _is_one_with(files, _CLIP_SUFFIXES)


def is_preset_name(file: str) -> bool:
    from kling_desktop.domain.presets.file_format import ARCHIVE_SUFFIX, SUFFIX

    return file.lower().endswith((SUFFIX, ARCHIVE_SUFFIX))


def _is_one_with(files: list[str], suffixes: frozenset[str]) -> bool:
    return len(files) == 1 and PurePath(files[0]).suffix.lower() in suffixes
