"""The file types that the app can name, and how the first bytes of a file tell them apart."""

import re
from dataclasses import dataclass
from typing import Literal

_USE_AN_IMAGE = "Use a PNG, JPEG or WebP image."
_SAVE_AS = "Save it as PNG or JPEG, and use that."
_DEVELOP = "Export it from your photo app as JPEG or PNG, and use that."
_LOOK_BEHIND = "Use the file it belongs to."


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file.

    Attributes:
        description: Completes the sentence "This is …".
        extension: Without a dot; may be empty.
        hint: What to do if an image is needed.
    """

    description: str
    extension: str = ""
    hint: str = _USE_AN_IMAGE


PNG = FileType("a PNG image", "png")
JPEG = FileType("a JPEG image", "jpg")
WEBP = FileType("a WebP image", "webp")
GIF = FileType("a GIF image", "gif")
TIFF = FileType("a TIFF image", "tif")
BMP = FileType("a BMP image", "bmp")
HEIC = FileType("a HEIC image", "heic")
AVIF = FileType("an AVIF image", "avif")
SVG = FileType("an SVG drawing", "svg", _SAVE_AS)
MP4 = FileType("an MP4 video", "mp4")
MOV = FileType("a QuickTime video", "mov")
WEB_PAGE = FileType("a web page", "html")
TEXT = FileType("a text file", "txt")
RAW = FileType("a camera's raw photo", "raw", _DEVELOP)
ONLY_ZEROS = FileType("filled with zeros only", "", "Its content is missing. Download or copy it again.")
UNKNOWN = FileType("a file of an unknown type")

_JPEG_XL = FileType("a JPEG XL image", "jxl", _SAVE_AS)
_JPEG_2000 = FileType("a JPEG 2000 image", "jp2", _SAVE_AS)
_JPEG_XR = FileType("a JPEG XR image", "jxr", _SAVE_AS)
_EPS = FileType("a PostScript drawing", "eps", _SAVE_AS)
_PORTABLE = FileType("a PNM image", "pnm", _SAVE_AS)
_HDR = FileType("a Radiance HDR image", "hdr", _SAVE_AS)
_MACOS = FileType("only what macOS notes about a file, not the file itself", "", _LOOK_BEHIND)
_SHORTCUT = FileType("a shortcut to a file, not the file itself", "", _LOOK_BEHIND)
_AUDIO = FileType("an audio file")
_MPEG = FileType("an MPEG video", "mpg")
_ARCHIVE = FileType("an archive", "", "Extract it, and use an image from it.")

_MAGIC_BYTES = (
    (b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI", FileType("an image for iPhone apps (CgBI)", "png", _SAVE_AS)),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff\xf7", FileType("a JPEG-LS image", "jls", _SAVE_AS)),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", GIF),
    (b"\0\0\0\x0cJXL \r\n\x87\n", _JPEG_XL),
    (b"\xff\x0a", _JPEG_XL),
    (b"\0\0\0\x0cjP  \r\n\x87\n", _JPEG_2000),
    (b"\xff\x4f\xff\x51", _JPEG_2000),
    (b"II\xbc", _JPEG_XR),
    (b"IIRO", RAW),
    (b"IIRS", RAW),
    (b"MMOR", RAW),
    (b"IIU\0", RAW),
    (b"II\x1a\0\0\0HEAP", RAW),
    (b"FUJIFILMCCD-RAW", RAW),
    (b"FOVb", RAW),
    (b"\0MRM", RAW),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"\x76\x2f\x31\x01", FileType("an OpenEXR image", "exr", _SAVE_AS)),
    (b"#?RADIANCE", _HDR),
    (b"#?RGBE", _HDR),
    (b"%PDF", FileType("a PDF document", "pdf", "Save the page as PNG or JPEG, and use that.")),
    (b"%!PS", _EPS),
    (b"\xc5\xd0\xd3\xc6", _EPS),
    (b"8BPS", FileType("a Photoshop file", "psd", _SAVE_AS)),
    (b"gimp xcf", FileType("a GIMP file", "xcf", _SAVE_AS)),
    (b"DDS ", FileType("a DDS texture", "dds", _SAVE_AS)),
    (b"qoif", FileType("a QOI image", "qoi", _SAVE_AS)),
    (b"icns", FileType("an icon file", "icns", _SAVE_AS)),
    (b"\0\0\1\0", FileType("an icon file", "ico", _SAVE_AS)),
    (b"\0\0\2\0", FileType("a cursor file", "cur", _SAVE_AS)),
    (b"SDPX", FileType("a DPX image", "dpx", _SAVE_AS)),
    (b"XPDS", FileType("a DPX image", "dpx", _SAVE_AS)),
    (b"\x80\x2a\x5f\xd7", FileType("a Cineon image", "cin", _SAVE_AS)),
    (b"\x8aMNG\r\n\x1a\n", FileType("an MNG animation", "mng", _SAVE_AS)),
    (b"BPG\xfb", FileType("a BPG image", "bpg", _SAVE_AS)),
    (b"FLIF", FileType("a FLIF image", "flif", _SAVE_AS)),
    (b"farbfeld", FileType("a farbfeld image", "ff", _SAVE_AS)),
    (b"SIMPLE  =", FileType("a FITS image", "fits", _SAVE_AS)),
    (b"\x0a\x05\x01", FileType("a PCX image", "pcx", _SAVE_AS)),
    (b"\xd7\xcd\xc6\x9a", FileType("a Windows metafile", "wmf", _SAVE_AS)),
    (b"BLENDER", FileType("a Blender file", "blend", "Render it as PNG, and use that.")),
    (b"\0\5\x16\7", _MACOS),
    (b"\0\5\x16\0", _MACOS),
    (b"L\0\0\0\1\x14\2\0", _SHORTCUT),
    (b"[InternetShortcut]", _SHORTCUT),
    (b"version https://git-lfs", FileType("a Git LFS pointer, not the file itself", "", "Run “git lfs pull” first.")),
    (b"\x1a\x45\xdf\xa3", FileType("a WebM or Matroska video", "webm")),
    (b"FLV\1", FileType("a Flash video", "flv")),
    (b"\0\0\1\xba", _MPEG),
    (b"\0\0\1\xb3", _MPEG),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileType("a Windows Media file", "wmv")),
    (b"OggS", FileType("an Ogg file", "ogg")),
    (b"ID3", FileType("an audio file", "mp3")),
    (b"fLaC", _AUDIO),
    (b"#!AMR", _AUDIO),
    (b"PK\x03\x04", FileType("a ZIP archive", "zip", _ARCHIVE.hint)),
    (b"PK\x05\x06", FileType("a ZIP archive", "zip", _ARCHIVE.hint)),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\7", _ARCHIVE),
    (b"\x1f\x8b", FileType("a gzip archive", "gz", _ARCHIVE.hint)),
)
_RIFF_TYPES = {
    b"WEBP": WEBP,
    b"AVI ": FileType("an AVI video", "avi"),
    b"WAVE": FileType("an audio file", "wav"),
}
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis", b"avio"), AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), HEIC),
    b"crx ": RAW,
    b"qt  ": MOV,
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "), _AUDIO),
}
_IMAGE_BRANDS = (b"mif1", b"msf1", b"mif2", b"miaf", b"MA1A", b"MA1B", b"jpeg", b"jpgs", b"j2ki", b"unif", b"vvic")
"""Of containers for images of any codec: the file's other brands, or its items, say which one it is."""
_ITEM = re.compile(rb"infe[\x02\x03].{3}(?:.{2}|.{4})\0\0(av01|hvc1|jpeg|j2k1|vvc1|unci)", re.DOTALL)
_ITEM_TYPES = {b"av01": AVIF, b"hvc1": HEIC, b"j2k1": _JPEG_2000}
_OTHER_HEIF = FileType("a HEIF image of an unusual kind", "heif", _SAVE_AS)
_MP4_BOXES = {b"moov", b"mdat", b"wide", b"skip", b"free", b"styp", b"moof", b"sidx", b"pnot"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
_TRANSPORT_PACKET = 188


def detect_binary_type(head: bytes) -> FileType | None:
    """Return the type of a file that starts with `head`, or None if it has no signature that is known."""
    for magic, file_type in _MAGIC_BYTES:
        if head.startswith(magic):
            return RAW if file_type is TIFF and _is_raw_photo(head) else file_type
    if head[:4] == b"RIFF" and head[8:12] in _RIFF_TYPES:
        return _RIFF_TYPES[head[8:12]]
    if head[4:8] == b"ftyp":
        return _type_of_brands(head)
    if head[4:8] in _MP4_BOXES:
        return MOV if head[4:8] in (b"wide", b"pnot") else MP4
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return BMP
    if re.match(rb"P[1-7Ff]\s", head):
        return _PORTABLE
    if head[:1] == b"\x47" == head[_TRANSPORT_PACKET : _TRANSPORT_PACKET + 1]:
        return _MPEG
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9"):
        return _AUDIO
    if head[128:132] == b"DICM":
        return FileType("a DICOM image", "dcm", _SAVE_AS)
    return ONLY_ZEROS if len(head) > 16 and not any(head) else None


def _type_of_brands(head: bytes) -> FileType:
    box = head[: max(16, int.from_bytes(head[:4]))]
    brands = [box[8:12], *(box[at : at + 4] for at in range(16, len(box) - 3, 4))]
    if brands[0] in _BRANDS:
        return _BRANDS[brands[0]]
    if not any(brand in _IMAGE_BRANDS for brand in brands):
        return MP4
    if item := _ITEM.search(head):
        return _ITEM_TYPES.get(item[1], _OTHER_HEIF)
    return next((_BRANDS[brand] for brand in brands if _BRANDS.get(brand) in (AVIF, HEIC)), HEIC)


_NEW_SUBFILE_TYPE, _PHOTOMETRIC, _SUB_IFDS, _DNG_VERSION = 254, 262, 330, 50706
_FILTER_ARRAY, _LINEAR_RAW = 32803, 34892


def _is_raw_photo(head: bytes) -> bool:
    """Whether a TIFF is a camera's raw photo, of which only a small preview could be shown."""
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    if head[8:10] == b"CR":
        return True
    start = int.from_bytes(head[4:8], order)
    count = int.from_bytes(head[start : start + 2], order)
    tags = {}
    for at in range(start + 2, min(start + 2 + 12 * count, len(head) - 11), 12):
        tag, kind = (int.from_bytes(head[at + n : at + n + 2], order) for n in (0, 2))
        tags[tag] = int.from_bytes(head[at + 8 : at + (10 if kind == 3 else 12)], order)
    is_preview = bool(tags.get(_NEW_SUBFILE_TYPE, 0) & 1) and _SUB_IFDS in tags
    return _DNG_VERSION in tags or is_preview or tags.get(_PHOTOMETRIC) in (_FILTER_ARRAY, _LINEAR_RAW)
