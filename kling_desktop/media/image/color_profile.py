"""Converts images of any color format to 8-bit sRGB, which the service and screens understand."""

import io
from contextlib import suppress

from PIL import Image, ImageCms

from kling_desktop.media.image.color_depth import is_deep, to_8_bit_gray

_MAX_NAME = 40
_CMS_ERRORS = (ImageCms.PyCMSError, OSError, ValueError)
_PROBE = bytes((0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 128, 128, 128, 200, 120, 60, 40, 90, 160, 255, 255, 255))
_MAX_DIFFERENCE = 4
"""Of 255: less can't be seen."""


def to_8_bits(image: Image.Image) -> Image.Image:
    """Return the image as RGBA if it has any transparency, otherwise as RGB. Its colors are not managed."""
    return _unmanaged(*_split(image))


def profile_name(image: Image.Image) -> str:
    """Return the name of the image's color profile; "" if it has none, it doesn't suit, or it makes no difference."""
    profile = _profile(image)
    if profile is None or not _matters(image, profile):
        return ""
    try:
        name = ImageCms.getProfileDescription(profile)
    except _CMS_ERRORS:
        name = ""
    return "".join(letter for letter in name if letter.isprintable()).strip()[:_MAX_NAME] or "another color space"


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the image as 8-bit RGB or RGBA, with its colors converted to sRGB if it has a profile."""
    profile = _profile(image)
    base, alpha = _split(image)
    if profile and (converted := _convert(base, profile)):
        return _joined(converted, alpha)
    # A profile of another kind of image: unmanaged colors are better than no image.
    return _unmanaged(base, alpha)


def _unmanaged(base: Image.Image, alpha: Image.Image | None) -> Image.Image:
    if base.mode == "LAB":
        base = _convert(base, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))) or Image.new("RGB", base.size)
    return _joined(base.convert("RGB"), alpha)


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the image in a mode that profiles are made for, and its transparency if it has any."""
    if is_deep(image):
        return to_8_bit_gray(image), None
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        is_gray = image.mode in ("LA", "La")
        return rgba.convert("L" if is_gray else "RGB"), rgba.getchannel("A")
    return (image if image.mode in ("L", "RGB", "CMYK", "LAB") else image.convert("RGB")), None


def _joined(image: Image.Image, alpha: Image.Image | None) -> Image.Image:
    if alpha is not None:
        image.putalpha(alpha)
    return image


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    content = image.info.get("icc_profile")
    if isinstance(content, bytes) and content:
        with suppress(*_CMS_ERRORS):
            return ImageCms.ImageCmsProfile(io.BytesIO(content))
    return None


def _matters(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether colors look different with the profile. The names of profiles can't be trusted."""
    mode = "L" if is_deep(image) or image.mode in ("L", "LA", "La") else image.mode
    mode = mode if mode in ("L", "CMYK", "LAB") else "RGB"
    count = len(_PROBE) // {"L": 1, "CMYK": 4}.get(mode, 3)
    probe = Image.frombytes(mode, (count, 1), _PROBE)
    converted = _convert(probe, profile)
    if converted is None:
        return False
    if mode in ("CMYK", "LAB"):
        return True
    before, after = probe.convert("RGB").tobytes(), converted.tobytes()
    return any(abs(one - other) > _MAX_DIFFERENCE for one, other in zip(before, after, strict=True))


def _convert(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image | None:
    """Return the image in sRGB, None if the profile doesn't suit it."""
    with suppress(*_CMS_ERRORS):
        return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return None
