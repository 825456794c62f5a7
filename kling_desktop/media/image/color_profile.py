"""Converts images of any color format to 8-bit sRGB, which the service and screens understand."""

import io

from PIL import Image, ImageCms

_GRAY_16_BITS = ("I", "I;16", "I;16B", "I;16L")
_MAX_NAME = 40


def to_8_bits(image: Image.Image) -> Image.Image:
    """Return the image as RGBA if it has any transparency, otherwise as RGB. Its colors are not managed."""
    if image.mode in _GRAY_16_BITS:
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def profile_name(image: Image.Image) -> str:
    """Return the name of the image's color profile; "" if it has none, it can't be read, or it is sRGB."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return ""
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return ""
    name = "".join(letter for letter in name if letter.isprintable()).strip()[:_MAX_NAME]
    return "" if "srgb" in name.lower() else name or "another color space"


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the image as 8-bit RGB or RGBA, with its colors converted to sRGB if it has a profile."""
    profile = image.info.get("icc_profile") if profile_name(image) else None
    plain = image if image.mode in ("L", "RGB", "RGBA", "CMYK") else to_8_bits(image)
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if plain.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return converted or to_8_bits(plain)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile of another kind of image: unmanaged colors are better than no image.
            pass
    return to_8_bits(plain)
