"""Every way of writing colours down, as the one that the service and the screen understand: sRGB of eight bits."""

import io

from PIL import Image, ImageCms

_GREY_16_BITS = ("I", "I;16", "I;16B", "I;16L")
_MAX_NAME = 40


def to_8_bits(picture: Image.Image) -> Image.Image:
    """RGBA when anything may shine through, RGB otherwise; colours as they are."""
    if picture.mode in _GREY_16_BITS:
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def profile_name(picture: Image.Image) -> str:
    """What the picture's colour profile calls itself; "" when it has none, or none that can be read, or is sRGB."""
    profile = picture.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return ""
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return ""
    name = "".join(letter for letter in name if letter.isprintable()).strip()[:_MAX_NAME]
    return "" if "srgb" in name.lower() else name or "another colour space"


def to_srgb(picture: Image.Image) -> Image.Image:
    """`picture` in RGB or RGBA of eight bits, its colours turned to sRGB where a profile says what they are."""
    profile = picture.info.get("icc_profile") if profile_name(picture) else None
    plain = picture if picture.mode in ("L", "RGB", "RGBA", "CMYK") else to_8_bits(picture)
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if plain.mode == "RGBA" else "RGB"
            turned = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return turned or to_8_bits(plain)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile of another kind of picture: better the colours as they are than none.
            pass
    return to_8_bits(plain)
