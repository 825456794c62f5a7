import io
import struct
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.conversion import check_image
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.image.thumbnail import thumbnail
from kling_desktop.media.image.validation import detect_extension, read_image_info
from tests.media.video_fixtures import write_video


def write_picture(to: Path, size: tuple[int, int] = (400, 300), format: str = "PNG", turned: int = 1) -> Path:
    image = Image.effect_noise(size, 90).convert("RGB")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x0112] = turned
    image.save(to, format, **({"exif": exif} if turned > 1 else {}))
    return to


@pytest.mark.parametrize(("format", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_the_content_decides_the_image_type_not_the_name(tmp_path: Path, format: str, ending: str) -> None:
    file = write_picture(tmp_path / "picture.gif", format=format)
    assert detect_extension(file) == ending
    facts = read_image_info(file)
    assert (facts.width, facts.height, facts.format, facts.is_exif_rotated) == (400, 300, ending, False)
    assert facts.size_bytes == file.stat().st_size
    assert check_image(file).problem == ""


def test_a_portrait_photo_has_its_size_as_shown(tmp_path: Path) -> None:
    facts = read_image_info(write_picture(tmp_path / "photo.jpg", (600, 400), "JPEG", turned=6))
    assert (facts.width, facts.height, facts.is_exif_rotated) == (400, 600, True)


@pytest.mark.parametrize("format", ["GIF", "TIFF", "BMP", "AVIF"])
def test_convertible_images_can_be_used_and_incomplete_ones_cannot(tmp_path: Path, format: str) -> None:
    file = write_picture(tmp_path / "picture.png", format=format)
    assert check_image(file).problem == ""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "incomplete" in check_image(file).problem
    with pytest.raises(BadMedia, match="PNG, JPEG or WebP"):
        detect_extension(file)


def test_a_file_that_is_no_image_is_named_for_what_it_is(tmp_path: Path) -> None:
    text, empty = tmp_path / "text.png", tmp_path / "empty.png"
    text.write_text("not a picture")
    empty.touch()
    assert check_image(text).problem == "“text.png” is a text file. Use a PNG, JPEG or WebP image."
    assert "0 bytes" in check_image(empty).problem
    assert "MP4 video" in check_image(write_video(tmp_path / "clip.png", frames=2)).problem
    assert "folder" in check_image(tmp_path).problem
    assert "no longer exists" in check_image(tmp_path / "gone.png").problem


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_half_an_image_is_incomplete(tmp_path: Path, format: str) -> None:
    file = write_picture(tmp_path / "picture", format=format)
    content = file.read_bytes()
    for part in (0.02, 0.5, 0.97):
        file.write_bytes(content[: int(len(content) * part)])
        assert "incomplete" in check_image(file).problem


def test_the_limits_of_the_service_are_named(tmp_path: Path) -> None:
    assert (
        check_image(write_picture(tmp_path / "a.png", (240, 180))).problem
        == "Too small: 240 × 180 px. Use an image of at least 300 × 300."
    )
    assert check_image(write_picture(tmp_path / "b.png", (300, 300))).problem == ""
    assert check_image(write_picture(tmp_path / "c.png", (750, 300))).problem == ""
    assert "Too wide: 760 × 300" in check_image(write_picture(tmp_path / "d.png", (760, 300))).problem
    assert "Too tall: 300 × 760" in check_image(write_picture(tmp_path / "e.png", (300, 760))).problem
    large = write_picture(tmp_path / "f.png")
    with large.open("ab") as file:
        file.truncate(101 * 2**20)
    assert "larger than 100 MB" in check_image(large).problem


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_a_decompression_bomb_is_refused(tmp_path: Path, side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(10**6))) + _chunk(b"IEND")
    )
    assert "million pixels" in check_image(bomb).problem
    with pytest.raises(BadMedia, match="million pixels"):
        thumbnail(bomb, (64, 64))


def test_a_thumbnail_is_upright_and_fits(tmp_path: Path) -> None:
    small = thumbnail(write_picture(tmp_path / "photo.jpg", (640, 320), "JPEG", turned=6), (80, 80))
    assert (small.width, small.height, small.has_alpha) == (40, 80, False)
    assert _pixel(small, 36, 4)[:3] == pytest.approx((0, 0, 255), abs=12)


def test_a_thumbnail_keeps_transparency(tmp_path: Path) -> None:
    Image.new("RGBA", (300, 300), (255, 128, 0, 64)).save(tmp_path / "glass.png")
    small = thumbnail(tmp_path / "glass.png", (30, 30))
    assert small.has_alpha
    assert _pixel(small, 15, 15) == pytest.approx((0, 128, 255, 64), abs=2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_color_format_has_a_thumbnail(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (300, 300), 255)
    image = Image.new("I;16", (300, 300), 40_000) if mode == "I;16" else image.convert(mode)
    image.save(tmp_path / "picture", "JPEG" if mode == "CMYK" else "PNG")
    small = thumbnail(tmp_path / "picture", (30, 30))
    assert check_image(tmp_path / "picture").problem == ""
    assert _pixel(small, 9, 9)[0] == (156 if mode == "I;16" else 255)


def test_a_large_photo_gets_its_thumbnail_quickly(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    Image.linear_gradient("L").resize((8192, 6144)).save(photo, "JPEG")
    started = time.process_time()
    small = thumbnail(photo, (160, 160))
    assert time.process_time() - started < 0.7
    assert (small.width, small.height) == (160, 120)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), format=st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_no_damaged_image_crashes_the_app(tmp_path: Path, data: st.DataObject, format: str) -> None:
    made = io.BytesIO()
    Image.linear_gradient("L").resize((320, 320)).convert("RGB").save(made, format)
    content = bytearray(made.getvalue()[: data.draw(st.integers(0, len(made.getvalue())))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=6)):
        if content:
            content[at] = data.draw(st.integers(0, 255))
    file = tmp_path / "picture"
    file.write_bytes(content)
    assert isinstance(check_image(file).problem, str)
    for look in (read_image_info, detect_extension, lambda path: thumbnail(path, (64, 64))):
        with suppress(BadMedia):
            look(file)


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pixel(picture: PixelBuffer, x: int, y: int) -> tuple[int, ...]:
    at = y * picture.stride + x * 4
    return tuple(picture.data[at : at + 4])
