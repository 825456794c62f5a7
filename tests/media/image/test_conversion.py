"""Images that the service would refuse, or show differently than intended, are converted."""

import hashlib
import io
import os
import re
import struct
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.conversion import check_image, prepare_image
from kling_desktop.media.image.import_copy import import_image
from kling_desktop.media.image.validation import SERVICE_LIMITS, read_image_info

TEAL = (0, 128, 128)


def flag(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Teal, with the left half red, which shows its orientation."""
    image = Image.new("RGB", size, TEAL)
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def written(image: Image.Image, format: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **how)
    return file.getvalue()


def seen(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def colors(image: Image.Image) -> tuple[Any, Any]:
    """Return the color of the left half and that of the right."""
    width, height = image.size
    return image.getpixel((width // 4, height // 2)), image.getpixel((width * 3 // 4, height // 2))


HEIC = (Path(__file__).parents[1] / "data" / "red_corner.heic").read_bytes()
"""400 × 300, green, the upper left quarter red, as encoded by a phone."""


def test_phone_images_are_converted() -> None:
    made = prepare_image(HEIC, "IMG_0001.HEIC")
    assert made.note == "Converted from HEIC"
    image = seen(made.content)
    assert (image.format, image.size) == ("JPEG", (400, 300))
    red, green = image.getpixel((100, 75)), image.getpixel((300, 200))
    assert isinstance(red, tuple)
    assert isinstance(green, tuple)
    assert red[0] > 200 > green[1] > 100 > red[1]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_half_a_phone_image_is_incomplete(share: float) -> None:
    with pytest.raises(BadMedia, match="incomplete"):
        prepare_image(HEIC[: int(len(HEIC) * share)], "IMG_0001.HEIC")


def test_a_damaged_phone_image_never_crashes_the_app() -> None:
    """Some of these crash their decoder with a segmentation fault."""
    chance = Random(5)
    for _ in range(25):
        content = bytearray(HEIC)
        for _ in range(6):
            at = chance.randrange(12, len(content))
            content[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        with suppress(BadMedia):
            prepare_image(bytes(content), "IMG_0001.HEIC")


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_an_image_that_the_service_accepts_is_unchanged(format: str) -> None:
    content = written(flag(), format)
    assert prepare_image(content, "a").content is content
    assert prepare_image(content, "a").note == ""


@pytest.mark.parametrize(("format", "came"), [("GIF", "PNG"), ("BMP", "PNG"), ("TIFF", "PNG"), ("AVIF", "JPEG")])
def test_other_formats_are_converted_with_a_note(format: str, came: str) -> None:
    made = prepare_image(written(flag(), format), "a")
    assert made.note == f"Converted from {format}"
    image = seen(made.content)
    assert (image.format, image.mode, image.size) == (came, "RGB", (400, 300))
    red, teal = colors(image)
    assert red == pytest.approx((255, 0, 0), abs=6)
    assert teal == pytest.approx(TEAL, abs=6)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_used(format: str) -> None:
    content = written(flag(), format, save_all=True, append_images=[Image.new("RGB", (400, 300), "blue")], duration=99)
    made = prepare_image(content, "a")
    assert "an animation (its first frame)" in made.note
    image = seen(made.content)
    assert not getattr(image, "is_animated", False)
    assert colors(image)[0] == pytest.approx((255, 0, 0), abs=6)


@pytest.mark.parametrize("turned", range(2, 9))
def test_a_rotated_photo_is_made_upright(turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turned
    made = prepare_image(written(flag(), "JPEG", exif=exif), "a")
    assert made.note == "Rotated upright"
    image = seen(made.content)
    assert image.size == ((300, 400) if turned >= 5 else (400, 300))
    assert 0x0112 not in image.getexif()
    red_is_left = turned in (4,)
    if turned < 5:
        assert (colors(image)[0][0] > 200) is red_is_left
    else:
        top = image.getpixel((150, 100))
        assert isinstance(top, tuple)
        assert (top[0] > 200) is (turned in (5, 6))


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_other_formats_are_made_upright_too(format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = prepare_image(written(flag(), format, exif=exif), "a")
    assert made.note.endswith("Rotated upright")
    image = seen(made.content)
    assert image.size == (300, 400)
    assert image.getpixel((150, 100)) == pytest.approx((255, 0, 0), abs=6)
    assert image.getpixel((150, 300)) == pytest.approx(TEAL, abs=6)


def test_cmyk_keeps_its_colors() -> None:
    made = prepare_image(written(flag(mode="CMYK"), "JPEG", quality=95), "a")
    assert made.note == "Converted from CMYK"
    image = seen(made.content)
    assert image.mode == "RGB"
    assert colors(image)[1] == pytest.approx(TEAL, abs=8)


@pytest.mark.parametrize("how", ["RGBA", "LA", "palette", "WEBP", "AVIF"])
def test_transparent_areas_are_filled_visibly_and_hidden_colors_not_sent(how: str) -> None:
    hidden = (180, 90, 10, 0)
    glass = Image.new("RGBA", (400, 300), hidden)
    glass.paste((100, 100, 100, 255), (0, 0, 200, 300))
    image = glass.quantize(8) if how == "palette" else glass.convert("LA") if how == "LA" else glass
    format = how if how in ("WEBP", "AVIF") else "PNG"
    made = prepare_image(written(image, format, **({"lossless": True, "exact": True} if how == "WEBP" else {})), "a")
    assert made.note.endswith("Transparent areas filled with white")
    left, right = colors(seen(made.content))
    assert seen(made.content).mode == "RGB"
    assert left == pytest.approx((100, 100, 100), abs=3)
    assert right == pytest.approx((255, 255, 255), abs=3)


def test_a_white_drawing_is_put_on_black() -> None:
    drawing = Image.new("RGBA", (400, 300), (255, 255, 255, 0))
    drawing.paste("white", (0, 0, 200, 300))
    made = prepare_image(written(drawing, "PNG"), "a")
    assert made.note == "Transparent areas filled with black"
    assert colors(seen(made.content)) == ((255, 255, 255), (0, 0, 0))


def test_an_invisible_image_is_refused_and_an_opaque_one_unchanged() -> None:
    with pytest.raises(BadMedia, match="fully transparent"):
        prepare_image(written(Image.new("RGBA", (400, 300), (90, 90, 90, 0)), "PNG"), "a")
    opaque = written(flag(mode="RGBA"), "PNG")
    assert prepare_image(opaque, "a").content is opaque


def test_sixteen_bits_become_eight() -> None:
    made = prepare_image(written(Image.new("I;16", (400, 300), 40_000), "PNG"), "a")
    assert made.note == "Converted from 16-bit colors"
    assert colors(seen(made.content))[0] == (156, 156, 156)
    rows = (b"\0" + struct.pack(">HHH", 65_535, 32_896, 0) * 400) * 300
    deep = png_of(400, 300, zlib.compress(rows), depth=16)
    made = prepare_image(deep, "a")
    assert made.note == "Converted from 16-bit colors"
    assert colors(seen(made.content))[0] == (255, 128, 0)


def test_colors_of_another_profile_are_converted_to_srgb() -> None:
    # A profile that Pillow can make itself, in which the same numbers mean other colors.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert prepare_image(written(flag(), "PNG", icc_profile=srgb), "a").note == ""
    made = prepare_image(written(flag(), "PNG", icc_profile=with_swapped_primaries(srgb)), "a")
    assert made.note == "Converted from Swapped"
    image = seen(made.content)
    assert "icc_profile" not in image.info
    assert colors(image)[0] == pytest.approx((0, 255, 0), abs=3)
    # An unsuitable or invalid profile changes nothing visible.
    assert colors(seen(prepare_image(written(flag(), "PNG", icc_profile=lab), "a").content))[0] == (255, 0, 0)
    assert prepare_image(written(flag(), "PNG", icc_profile=b"no profile"), "a").note == ""


def test_an_image_with_too_many_pixels_is_scaled() -> None:
    made = prepare_image(written(flag((12_000, 8_000)), "JPEG"), "a")
    assert made.note == "Scaled from 12,000 × 8,000 to 4,000 × 2,667"
    assert seen(made.content).size == (4000, 2667)
    assert colors(seen(made.content))[0] == pytest.approx((254, 0, 0), abs=6)


def test_a_file_that_is_too_large_is_compressed_or_scaled() -> None:
    content = written(Image.frombytes("RGB", (2200, 1700), os.urandom(2200 * 1700 * 3)), "BMP")
    assert len(content) > SERVICE_LIMITS.max_bytes
    made = prepare_image(content, "a")
    assert re.fullmatch(r"Converted from BMP · Compressed from 10\.7 to [3-9]\.\d MB", made.note)
    heavy = written(Image.frombytes("RGBA", (1700, 1700), os.urandom(1700 * 1700 * 4)), "PNG", compress_level=0)
    assert len(heavy) > SERVICE_LIMITS.max_bytes
    made = prepare_image(heavy, "a")
    assert made.note == "Transparent areas filled with white · Compressed from 11.0 to 7.8 MB"
    assert len(made.content) <= SERVICE_LIMITS.max_bytes


def test_the_note_lists_everything_that_was_changed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = prepare_image(written(flag((9000, 4000), "CMYK"), "JPEG", exif=exif), "a")
    assert made.note == "Converted from CMYK · Rotated upright · Scaled from 4,000 × 9,000 to 1,778 × 4,000"


@pytest.mark.parametrize("size", [(299, 400), (800, 300)])
@pytest.mark.parametrize("format", ["TIFF", "PNG"])
def test_too_small_and_too_long_images_are_refused(size: tuple[int, int], format: str) -> None:
    with pytest.raises(BadMedia, match=r"Too (small|wide)"):
        prepare_image(written(flag(size), format), "a")


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "AVIF", "PNG", "JPEG", "WEBP"])
def test_every_type_is_imported_within_the_limits(tmp_path: Path, format: str) -> None:
    source = tmp_path / "holiday.bin"
    source.write_bytes(written(flag(), format))
    assert check_image(source).problem == ""
    kept = import_image(source, tmp_path / "kept")
    assert kept.sha256 == kept.path.stem == hashlib.sha256(source.read_bytes()).hexdigest()
    assert kept.info == read_image_info(kept.path)
    assert bool(kept.note) is (format in ("GIF", "BMP", "TIFF", "AVIF"))
    assert (kept.path.read_bytes() == source.read_bytes()) is (not kept.note)
    again = import_image(source, tmp_path / "kept")
    assert (again.path, again.note) == (kept.path, kept.note)
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_photo_of_fifty_megapixels_is_prepared_quickly(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    grain = Image.effect_noise((1020, 765), 60).resize((8160, 6120), Image.Resampling.NEAREST)
    Image.blend(grain, Image.linear_gradient("L").resize(grain.size), 0.7).convert("RGB").save(photo, "JPEG")
    began = time.process_time()
    kept = import_image(photo, tmp_path / "kept")
    took = time.process_time() - began
    print(f"50 megapixels copied and checked in {took:.2f} s of processor time")
    assert kept.note == ""
    assert took < 0.8


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.*")  # about damage that doesn't keep it from reading
@settings(max_examples=150, deadline=None)
@given(data=st.data(), format=st.sampled_from(["GIF", "BMP", "TIFF", "AVIF", "PNG", "JPEG", "WEBP"]))
def test_a_damaged_image_is_prepared_or_refused_with_a_message(data: st.DataObject, format: str) -> None:
    content = bytearray(written(flag((320, 320)), format))
    content = content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))]
    for at in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=6)):
        if content:
            content[at] = data.draw(st.integers(0, 255))
    with suppress(BadMedia):
        assert seen(prepare_image(bytes(content), "a").content).format in ("PNG", "JPEG", "WEBP")


def test_malicious_files_take_neither_memory_nor_time(tmp_path: Path) -> None:
    """In a process of its own, whose peak memory is that of these files."""
    bombs = {
        "bomb.png": png_of(60_000, 60_000, zlib.compress(bytes(10**6))),
        "bomb.jpg": jpeg_that_claims(written(flag(), "JPEG"), 60_000, 60_000),
        "passes.jpg": jpeg_that_claims(written(flag(), "JPEG", progressive=True), 10_000, 9_000),
        "bomb.gif": written(flag(), "GIF").replace(struct.pack("<HH", 400, 300), struct.pack("<HH", 65_000, 65_000)),
        "bomb.bmp": written(flag(), "BMP").replace(struct.pack("<ii", 400, 300), struct.pack("<ii", 60_000, 60_000)),
    }
    for name, content in bombs.items():
        (tmp_path / name).write_bytes(content)
    script = (
        "import resource, sys, time\nfrom pathlib import Path\nfrom kling_desktop.media.errors import BadMedia\n"
        "from kling_desktop.media.image.import_copy import import_image\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\nbegan = time.process_time()\n"
        "for name in sys.argv[1:]:\n    try:\n        import_image(Path(name), Path(name).parent / 'kept')\n"
        "    except BadMedia as bad:\n        print(bad)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, time.process_time() - began)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, *(str(tmp_path / name) for name in bombs)],
        capture_output=True,
        text=True,
        check=True,
    )
    *sentences, figures = ran.stdout.splitlines()
    assert len(sentences) == len(bombs)
    assert all("million pixels" in sentence or "incomplete" in sentence for sentence in sentences)
    grew, took = (float(figure) for figure in figures.split())
    print(f"five hostile files: {grew / 1024:.0f} MB, {took:.2f} s")
    assert grew < 30 * 1024
    assert took < 1


def png_of(width: int, height: int, packed: bytes, depth: int = 8) -> bytes:
    def chunk(kind: bytes, data: bytes = b"") -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND")


def jpeg_that_claims(content: bytes, width: int, height: int) -> bytes:
    return content.replace(struct.pack(">HH", 300, 400), struct.pack(">HH", height, width), 1)


def with_swapped_primaries(profile: bytes) -> bytes:
    """A profile with red and green swapped, under a name of its own."""
    changed = bytearray(profile)
    count = struct.unpack(">I", profile[128:132])[0]
    entries = {profile[132 + 12 * n : 136 + 12 * n]: 132 + 12 * n for n in range(count)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    changed[red + 4 : red + 12], changed[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    at, length = struct.unpack(">II", profile[entries[b"desc"] + 4 : entries[b"desc"] + 12])
    name = profile[at : at + length]
    was = next(text for text in ("sRGB built-in", "sRGB") if text.encode("utf-16-be") in name)
    changed[at : at + length] = name.replace(
        was.encode("utf-16-be"), "Swapped".ljust(len(was)).encode("utf-16-be")[: 2 * len(was)]
    )
    return bytes(changed)
