"""An image in the shape of the video, cropped or padded."""

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageStat

from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Size
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.conversion import check_image
from kling_desktop.media.image.frame_fit import fit_image

WIDE, SQUARE, TALL = KLING_O1.sizes


def bands(to: Path, size: tuple[int, int] = (900, 1200), mode: str = "RGB") -> Path:
    """Red above, green in the middle, blue below."""
    image = Image.new(mode, size, "green")
    image.paste("red", (0, 0, size[0], size[1] // 4))
    image.paste("blue", (0, size[1] * 3 // 4, size[0], size[1]))
    image.save(to, quality=95)
    return to


def pixel(image: Image.Image, x: float, y: float) -> Any:
    return image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))


def test_cropping_keeps_the_middle(tmp_path: Path) -> None:
    made = Image.open(fit_image(bands(tmp_path / "a.png"), WIDE, Fit.CROP, tmp_path / "fitted"))
    assert made.size == (900, 506)
    for y in (0, 0.5, 1):
        assert pixel(made, 0.5, y) == pytest.approx((0, 128, 0), abs=4)


def test_padding_keeps_the_whole_image_on_a_blurred_copy_of_itself(tmp_path: Path) -> None:
    made = Image.open(fit_image(bands(tmp_path / "a.png"), WIDE, Fit.PAD, tmp_path / "fitted"))
    assert made.size == (1920, 1080)
    assert pixel(made, 0.5, 0) == pytest.approx((255, 0, 0), abs=4)
    assert pixel(made, 0.5, 1) == pytest.approx((0, 0, 255), abs=4)
    # The padding shows neither black nor an edge, but the image's own colors.
    assert pixel(made, 0.05, 0.5) == pytest.approx((0, 128, 0), abs=12)
    left = made.crop((0, 0, 500, 1080))
    greens = [
        value[1] for y in range(0, 1080, 20) if isinstance(value := left.resize((1, 1080)).getpixel((0, y)), tuple)
    ]
    assert max(abs(one - other) for one, other in pairwise(greens)) < 40
    assert min(ImageStat.Stat(left.convert("L")).extrema[0]) > 10


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("video", KLING_O1.sizes)
@pytest.mark.parametrize("size", [(1080, 1350), (3000, 1300), (640, 640), (4000, 3000)])
def test_every_fitted_frame_is_accepted_by_the_service(
    tmp_path: Path, size: tuple[int, int], video: Size, fit: Fit
) -> None:
    made = fit_image(bands(tmp_path / "a.jpg", size), video, fit, tmp_path / "fitted")
    assert check_image(made).problem == ""
    with Image.open(made) as image:
        assert image.width / image.height == pytest.approx(video.width / video.height, rel=0.005)
        assert image.width <= video.width
        assert made.stat().st_size < 2**20


def test_what_is_transparent_is_filled(tmp_path: Path) -> None:
    glass = Image.new("RGBA", (600, 800), (255, 127, 0, 0))
    glass.paste((255, 127, 0, 255), (0, 0, 600, 400))
    glass.save(tmp_path / "glass.png")
    made = Image.open(fit_image(tmp_path / "glass.png", SQUARE, Fit.PAD, tmp_path / "fitted"))
    assert made.mode == "RGB"
    assert pixel(made, 0.5, 0.25) == pytest.approx((255, 127, 0), abs=4)
    assert pixel(made, 0.5, 0.75) == pytest.approx((255, 255, 255), abs=4)


def test_a_fitted_frame_is_cached_by_content_shape_and_fit(tmp_path: Path) -> None:
    file, folder = bands(tmp_path / "a.png"), tmp_path / "fitted"
    first = fit_image(file, WIDE, Fit.CROP, folder)
    made = first.stat().st_ino
    assert fit_image(bands(tmp_path / "same.png"), WIDE, Fit.CROP, folder) == first
    assert first.stat().st_ino == made
    others = {fit_image(file, SQUARE, Fit.CROP, folder), fit_image(file, WIDE, Fit.PAD, folder)}
    Image.new("RGB", (900, 1200), "teal").save(file)
    others.add(fit_image(file, WIDE, Fit.CROP, folder))
    assert len(others) == 3
    assert sorted(folder.iterdir()) == sorted({first, *others})


def test_a_missing_or_damaged_image_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="no longer exists"):
        fit_image(tmp_path / "gone.png", WIDE, Fit.PAD, tmp_path / "fitted")
    broken = bands(tmp_path / "broken.png")
    broken.write_bytes(broken.read_bytes()[:300])
    with pytest.raises(BadMedia, match="incomplete"):
        fit_image(broken, WIDE, Fit.PAD, tmp_path / "fitted")
    assert not (tmp_path / "fitted").exists()


@pytest.mark.parametrize("fit", Fit)
def test_a_photo_of_twelve_megapixels_is_fitted_quickly(tmp_path: Path, fit: Fit) -> None:
    photo = bands(tmp_path / "photo.jpg", (3000, 4000))
    began = time.process_time()
    fit_image(photo, WIDE, fit, tmp_path / "fitted")
    took = time.process_time() - began
    print(f"12 megapixels, {fit}: {took:.2f} s of processor time")
    assert took < 0.6
