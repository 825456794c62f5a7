"""The pictures that the tour brings along: two moments of a woman and her cat, and a landscape."""

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

NIGHT, PLUM, ROSE, AMBER, CREAM = (24, 18, 38), (70, 38, 72), (190, 92, 88), (244, 172, 92), (255, 226, 176)
INK, INK_SOFT, DRESS, SCARF = (22, 15, 26), (48, 30, 46), (126, 44, 62), (236, 188, 120)


def paint_tour_pictures(folder: Path) -> tuple[Path, Path, Path]:
    """The start frame and the end frame (1080 × 1920), and the landscape (1600 × 900), as files."""
    folder.mkdir(parents=True, exist_ok=True)
    start, end, hills = folder / "evening start.png", folder / "evening end.png", folder / "hills at dawn.jpg"
    evening(reach=0.0).save(start)
    evening(reach=1.0).save(end)
    dawn().save(hills, quality=92)
    return start, end, hills


def evening(reach: float) -> Image.Image:
    """A woman at a round window, her cat before her. reach: 0 the cat sits and looks up, 1 it has jumped."""
    width, height = 1080, 1920
    wall = gradient((width, height), NIGHT, PLUM)
    glow(wall, (590, 620), 900, ROSE, 0.8)
    window = gradient((760, 760), ROSE, AMBER)
    glow(window, (430 - round(60 * reach), 440 + round(40 * reach)), 330, CREAM, 1.0)
    draw = ImageDraw.Draw(window)
    draw.polygon([(0, 760), (0, 600), (190, 500), (360, 610), (560, 470), (760, 600), (760, 760)], fill=(120, 56, 78))
    draw.polygon([(0, 760), (0, 690), (260, 610), (470, 690), (760, 640), (760, 760)], fill=(84, 40, 66))
    round_mask = Image.new("L", (760, 760))
    ImageDraw.Draw(round_mask).ellipse((0, 0, 759, 759), fill=255)
    wall.paste(window, (210, 250), round_mask)
    draw = ImageDraw.Draw(wall)
    draw.ellipse((204, 244, 976, 1016), outline=INK_SOFT, width=18)
    draw.line((590, 250, 590, 1010), fill=INK_SOFT, width=10)
    draw.line((210, 630, 970, 630), fill=INK_SOFT, width=10)
    draw.rectangle((0, 1560, width, height), fill=(34, 22, 36))
    draw.ellipse((90, 1500, 1010, 1840), fill=(92, 40, 58))
    draw.ellipse((150, 1530, 950, 1800), fill=(112, 52, 64))
    _woman(draw, reach)
    _cat(draw, (770 - round(110 * reach), 1600 - round(330 * reach)), reach)
    yarn = (560, 1700, 650, 1790) if not reach else (700, 900, 780, 980)
    draw.ellipse(yarn, fill=SCARF)
    draw.arc((yarn[0] + 14, yarn[1] + 8, yarn[2] + 20, yarn[3] - 8), 120, 250, fill=(190, 130, 74), width=6)
    draw.arc((yarn[0] - 10, yarn[1] + 18, yarn[2] - 14, yarn[3] + 16), 280, 60, fill=(190, 130, 74), width=6)
    return finish(wall)


def dawn() -> Image.Image:
    """Hills in the mist, one behind the other."""
    width, height = 1600, 900
    sky = gradient((width, height), (92, 124, 176), (255, 206, 158))
    glow(sky, (1130, 430), 520, (255, 244, 214), 0.95)
    ImageDraw.Draw(sky).ellipse((1075, 375, 1185, 485), fill=(255, 250, 232))
    chance = random.Random(7)
    for layer in range(5):
        near = layer / 4
        colour = mix((206, 172, 172), (34, 44, 70), near)
        base, rough = 460 + 95 * layer, 90 + 30 * layer
        points = [(0, height), (0, base)]
        points += [(x, base - chance.randrange(rough)) for x in range(0, width + 200, 200)]
        ridge = Image.new("L", (width, height))
        ImageDraw.Draw(ridge).polygon([*points, (width, height)], fill=255)
        # Rounded: blurred, then cut at the middle again.
        ridge = ridge.filter(ImageFilter.GaussianBlur(34)).point(lambda grey: max(0, min(255, (grey - 116) * 12)))
        sky.paste(Image.new("RGB", (width, height), colour), (0, 0), ridge)
    return finish(sky)


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    shade = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), shade)


def glow(image: Image.Image, centre: tuple[int, int], radius: int, colour: Colour, strength: float) -> None:
    side = 2 * radius
    # The gradient is 181 at the middle of each side: nothing may be left of the glow there.
    fading = Image.radial_gradient("L").resize((side, side))
    spot = fading.point(lambda grey: round(max(0, 181 - grey) / 181 * 255 * strength))
    image.paste(Image.new("RGB", spot.size, colour), (centre[0] - radius, centre[1] - radius), spot)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def finish(image: Image.Image) -> Image.Image:
    """Soft edges and a little grain, as on paper."""
    grain = Image.effect_noise(image.size, 14).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(1.2)), grain, 0.05)


def _woman(draw: ImageDraw.ImageDraw, reach: float) -> None:
    """Kneeling at the left, in profile; the arm goes up with `reach`."""
    draw.polygon([(170, 1700), (230, 1290), (330, 1130), (450, 1130), (520, 1310), (640, 1700)], fill=DRESS)
    draw.ellipse((150, 1600, 680, 1760), fill=DRESS)
    draw.polygon([(365, 1060), (435, 1060), (445, 1160), (355, 1160)], fill=(206, 140, 112))
    draw.ellipse((318, 880, 482, 1084), fill=(224, 160, 128))
    draw.polygon([(474, 970), (498, 1004), (472, 1016)], fill=(224, 160, 128))
    draw.pieslice((290, 850, 476, 1050), 90, 330, fill=INK)
    draw.ellipse((276, 900, 372, 1080), fill=INK)
    draw.ellipse((256, 840, 356, 940), fill=INK)
    draw.rounded_rectangle((322, 1108, 470, 1164), 28, fill=SCARF)
    elbow = (560, 1330 - round(120 * reach))
    hand = (650 + round(10 * reach), 1440 - round(300 * reach))
    for start, end, thick in (((440, 1210), elbow, 64), (elbow, hand, 44)):
        draw.line((start, end), fill=(206, 140, 112) if thick == 44 else DRESS, width=thick)
        for x, y in (start, end):
            draw.ellipse(
                (x - thick // 2, y - thick // 2, x + thick // 2, y + thick // 2),
                fill=(206, 140, 112) if thick == 44 else DRESS,
            )


def _cat(draw: ImageDraw.ImageDraw, at: tuple[int, int], reach: float) -> None:
    """Sitting, or stretched upwards after the yarn."""
    x, y = at
    tall = round(110 * reach)
    draw.arc((x + 10, y - 20 - tall, x + 170, y + 140), 270, 100, fill=INK, width=30)
    draw.ellipse((x - 70, y - 150 - tall, x + 90, y + 150), fill=INK)
    draw.ellipse((x - 92, y - 250 - tall, x + 52, y - 116 - tall), fill=INK)
    for left, tip in ((-84, -88), (-4, 44)):
        draw.polygon([(x + left, y - 200 - tall), (x + tip, y - 292 - tall), (x + left + 56, y - 238 - tall)], fill=INK)
    for eye in (-64, -14):
        draw.ellipse((x + eye, y - 200 - tall, x + eye + 22, y - 174 - tall), fill=AMBER)
    for paw in (-50, 20):
        rise = round(150 * reach)
        draw.line((x + paw, y - 40 - tall, x + paw - 40 * reach, y + 130 - rise - 2 * tall * reach), fill=INK, width=44)
    draw.rounded_rectangle((x - 70, y - 132 - tall, x + 34, y - 112 - tall), 10, fill=SCARF)
