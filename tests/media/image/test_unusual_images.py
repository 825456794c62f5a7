"""Sound images that programs often get wrong: noted orientations, wide ranges, other brands, long notes."""

import io
import math
import struct
import time
import zlib
from array import array
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.conversion import check_image, prepare_image
from kling_desktop.media.image.thumbnail import thumbnail

SIZE = (400, 300)
EXIF_QUARTER_TURN = b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
XMP_QUARTER_TURN = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def written(image: Image.Image, format: str = "PNG", **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **how)
    return file.getvalue()


def seen(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(png: bytes, kind: bytes, data: bytes, *, late: bool) -> bytes:
    """Put a chunk behind the header or behind the pixels."""
    at = png.rindex(b"IEND") - 4 if late else 33
    return png[:at] + chunk(kind, data) + png[at:]


def hex_profile(kind: bytes, data: bytes) -> bytes:
    digits = b"\n%s\n%8d\n%s\n" % (kind, len(data), data.hex().encode())
    return b"Raw profile type %s\0\0" % kind + zlib.compress(digits)


PLAIN = written(Image.new("RGB", SIZE, "teal"))
JPEG = written(Image.new("RGB", SIZE, "teal"), "JPEG")


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (b"eXIf", EXIF_QUARTER_TURN.removeprefix(b"Exif\0\0")),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP_QUARTER_TURN),
        (b"zTXt", hex_profile(b"exif", EXIF_QUARTER_TURN)),
        (b"zTXt", hex_profile(b"APP1", EXIF_QUARTER_TURN)),
    ],
    ids=["eXIf", "XMP", "exif profile", "APP1 profile"],
)
def test_a_png_is_rotated_wherever_that_is_noted(tmp_path: Path, kind: bytes, data: bytes, late: bool) -> None:
    content = with_chunk(PLAIN, kind, data, late=late)
    made = prepare_image(content, "a")
    assert made.note == "Rotated upright"
    assert seen(made.content).size == (300, 400)
    (tmp_path / "a.png").write_bytes(content)
    shown = thumbnail(tmp_path / "a.png", (40, 40))
    assert (shown.width, shown.height) == (30, 40)


@pytest.mark.parametrize(
    "noted",
    [
        JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(EXIF_QUARTER_TURN) + 2) + EXIF_QUARTER_TURN + JPEG[2:],
        JPEG[: JPEG.index(b"\xff\xda")]
        + b"\xff\xe1"
        + struct.pack(">H", len(EXIF_QUARTER_TURN) + 2)
        + EXIF_QUARTER_TURN
        + JPEG[JPEG.index(b"\xff\xda") :],
        written(Image.new("RGB", SIZE, "teal"), "JPEG", xmp=XMP_QUARTER_TURN),
        written(Image.new("RGB", SIZE, "teal"), "WEBP", xmp=XMP_QUARTER_TURN),
        written(Image.new("RGB", SIZE, "teal"), "AVIF", xmp=XMP_QUARTER_TURN),
    ],
    ids=["first", "last before the pixels", "JPEG XMP", "WebP XMP", "AVIF XMP"],
)
def test_other_images_are_rotated_wherever_that_is_noted(noted: bytes) -> None:
    made = prepare_image(noted, "a")
    assert made.note.endswith("Rotated upright")
    assert seen(made.content).size == (300, 400)


@pytest.mark.parametrize("turn", [0, 9, 255])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_an_orientation_that_does_not_exist_changes_nothing(turn: int, format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    content = written(Image.new("RGB", SIZE, "teal"), format, exif=exif.tobytes())
    made = prepare_image(content, "a")
    assert (made.note, made.content) == ("", content)


def ramp(mode: str, values: list[float]) -> Image.Image:
    code = {"F": "f", "I": "i", "I;16": "H"}[mode]
    row = array(code, [values[x * len(values) // SIZE[0]] for x in range(SIZE[0])] if code == "f" else
                [int(values[x * len(values) // SIZE[0]]) for x in range(SIZE[0])])  # fmt: skip
    return Image.frombytes(mode, SIZE, row.tobytes() * SIZE[1])


@pytest.mark.parametrize(
    ("mode", "values", "grays"),
    [
        ("F", [0, 0.5, 1], (0, 128, 255)),
        ("F", [0, 128, 255], (0, 128, 255)),
        ("F", [0, 32_768, 65_535], (0, 128, 255)),
        ("F", [0, 2, 4], (0, 128, 255)),
        ("F", [math.nan, 0.5, 1], (None, 128, 255)),
        ("F", [-1, 0.5, math.inf], (0, 128, None)),
        ("I", [0, 32_768, 65_535], (0, 128, 255)),
        ("I", [0, 128, 255], (0, 128, 255)),
        ("I;16", [0, 32_768, 65_535], (0, 128, 255)),
        ("I;16", [0, 2_048, 4_095], (0, 128, 255)),
    ],
)
def test_a_picture_of_any_range_shows_its_grays(mode: str, values: list[float], grays: tuple[int | None, ...]) -> None:
    image = seen(prepare_image(written(ramp(mode, values), "TIFF"), "a").content).convert("L")
    for third, gray in enumerate(grays):
        if gray is not None:
            assert image.getpixel((SIZE[0] * (2 * third + 1) // 6, 100)) == pytest.approx(gray, abs=1)


def test_lab_colors_are_converted() -> None:
    lab = Image.frombytes("LAB", (320, 320), bytes((136, 0, 0)) * 320 * 320)
    middle = seen(prepare_image(written(lab, "TIFF"), "a").content).getpixel((100, 100))
    assert middle == pytest.approx((129, 129, 129), abs=4)


def test_a_profile_counts_by_what_it_does_not_by_its_name() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    renamed = srgb.replace("sRGB".encode("utf-16-be"), "Foxy".encode("utf-16-be"))
    assert prepare_image(written(Image.new("RGB", SIZE, "teal"), icc_profile=renamed), "a").note == ""


def test_long_texts_in_a_png_are_no_damage() -> None:
    for note in (b"zTXt", b"iTXt"):
        packed = zlib.compress(b"prompt " * 400_000)
        data = b"workflow\0\0" + packed if note == b"zTXt" else b"workflow\0\1\0\0\0" + packed
        made = prepare_image(with_chunk(PLAIN, note, data, late=False), "a")
        assert made.note == "Long texts inside it left out"
        assert made.content == PLAIN
    short = with_chunk(PLAIN, b"tEXt", b"Comment\0a fox", late=True)
    assert prepare_image(short, "a").content is short


def test_many_packed_notes_take_neither_memory_nor_time() -> None:
    note = chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(2**20), 9))
    began = time.process_time()
    made = prepare_image(PLAIN[:33] + note * 20_000 + PLAIN[33:], "a")
    assert made.content == PLAIN
    assert time.process_time() - began < 2


def test_a_transparent_gif_is_filled() -> None:
    image = Image.new("P", SIZE, 0)
    image.putpalette([200, 10, 10, 10, 200, 10])
    image.paste(1, (0, 0, 200, 300))
    made = prepare_image(written(image, "GIF", transparency=0), "a")
    assert made.note == "Converted from GIF · Transparent areas filled with white"
    assert seen(made.content).getpixel((300, 100)) == (255, 255, 255)


def test_a_large_color_profile_is_no_damage() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + bytes(2 * 2**20)
    assert "damaged" not in check_text(written(Image.new("RGB", SIZE, "teal"), icc_profile=profile))


@pytest.mark.parametrize("brands", [b"mif1avifmiaf", b"miafavifMA1A", b"mif1mif1miaf"])
def test_an_avif_is_known_whatever_its_brand(brands: bytes) -> None:
    content = written(Image.new("RGB", SIZE, "teal"), "AVIF")
    length = int.from_bytes(content[:4])
    others = (brands[4:] * 8)[: length - 16]
    content = content[:8] + brands[:4] + content[12:16] + others + content[length:]
    assert prepare_image(content, "a").note == "Converted from AVIF"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\x0a\x01\x02", "a JPEG XL image"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL image"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 image"),
        (b"\x76\x2f\x31\x01\2\0\0\0", "an OpenEXR image"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", "a Radiance HDR image"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<?xml version='1.0'?><svg/>", "an SVG drawing"),
        (b"\0\0\1\0\1\0", "an icon file"),
        (b"\0\5\x16\7\0\2\0\0Mac OS X", "only what macOS notes about a file"),
        (b"II*\0\x10\0\0\0CR\2\0", "a camera's raw photo"),
        (b"MM\0*\0\0\0\x08\0\1\xc6\x12\0\1\0\0\0\4\1\4\0\0", "a camera's raw photo"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "a camera's raw photo"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "a QuickTime video"),
        (b"\x1a\x45\xdf\xa3\1", "a WebM or Matroska video"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "an audio file"),
        (b"P6\n2 2\n255\n", "a PNM image"),
        (bytes(600), "filled with zeros only"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, head: bytes, name: str) -> None:
    (tmp_path / "a.png").write_bytes(head)
    assert check_image(tmp_path / "a.png").problem.startswith(f"“a.png” is {name}")


def test_a_sound_file_of_a_rare_variant_is_not_called_damaged() -> None:
    gray = Image.new("F", SIZE, 0.5)
    tiff = written(gray, "TIFF")
    odd_floats = tiff.replace(struct.pack("<HHIHH", 258, 3, 1, 32, 0), struct.pack("<HHIHH", 258, 3, 1, 24, 0))
    assert "24-bit floating-point" in check_text(odd_floats)
    frame = JPEG.index(b"\xff\xc0")
    assert "lossless JPEG" in check_text(JPEG[: frame + 1] + b"\xc3" + JPEG[frame + 2 :])
    assert "12 bits per color" in check_text(JPEG[: frame + 4] + b"\x0c" + JPEG[frame + 5 :])


def check_text(content: bytes) -> str:
    try:
        return prepare_image(content, "a").note
    except BadMedia as bad:
        return str(bad)


def test_unneeded_chunks_are_never_a_reason_to_refuse() -> None:
    broken = with_chunk(PLAIN, b"teXt", b"a private note", late=False).replace(b"a private note", b"a PRIVATE note")
    assert prepare_image(broken, "a").content is broken
    assert PngImagePlugin.MAX_TEXT_CHUNK >= 2**20


@pytest.mark.parametrize("name", ["two\nlines.png", "\u202egnp.exe.png", "bad\udcff.png", "tab\t.png"])
def test_odd_file_names_never_break_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no image")
    problem = check_image(tmp_path / name).problem
    assert problem.isprintable()
    assert "is a text file" in problem
    assert prepare_image(PLAIN, name).content is PLAIN
