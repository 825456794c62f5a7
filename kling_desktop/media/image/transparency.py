"""Fills transparent areas. A video has none, so whatever the service would put there is decided here, and seen."""

from PIL import Image, ImageStat

from kling_desktop.media.errors import BadMedia

_OPAQUE = 255
_BRIGHT = 224
"""On average: what is visible of such an image would be lost on white."""


def has_transparency(image: Image.Image, name: str) -> bool:
    """Whether anything in the image, which is decoded already, can be seen through.

    Raises:
        BadMedia: Everything is fully transparent.
    """
    if not image.has_transparency_data:
        return False
    lowest, highest = image.convert("RGBA").getchannel("A").getextrema()
    if highest == 0:
        raise BadMedia(f"“{name}” is fully transparent: there is nothing to see in it.", "Use another image.")
    return bool(lowest != _OPAQUE)


def filled(image: Image.Image) -> tuple[Image.Image, str]:
    """Return an RGBA image on white, or on black if it is too bright for that; and the name of that color."""
    alpha = image.getchannel("A")
    is_bright = ImageStat.Stat(image.convert("L"), alpha.point(lambda value: value and 255)).mean[0] > _BRIGHT
    ground = "black" if is_bright else "white"
    opaque = Image.new("RGB", image.size, ground)
    opaque.paste(image, mask=alpha)
    return opaque, ground
