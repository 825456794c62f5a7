"""Screenshots of every screen and state, in every look: dark and light, small and large, scaled, with larger text.

    .venv/bin/python tests/journeys/screenshots.py [--out DIR] [--look WORDS] [--screen WORDS]

Each look is a process of its own, on clips that are there already: nothing is rendered. A contact sheet shows them all.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "out" / "screenshots"
THUMB = (480, 300)
COLUMNS = 5
PROMPT = "Slow push-in on the cat under the window while rain begins; she turns her head toward the light."


@dataclass(frozen=True)
class Look:
    """How the window is shown. scale, text: of the screen and of the text, in percent."""

    scheme: str
    width: int
    height: int
    scale: int = 100
    text: int = 100

    @property
    def name(self) -> str:
        extra = [f"{self.scale} %"] if self.scale != 100 else []
        extra += [f"text {self.text} %"] if self.text != 100 else []
        return ", ".join([self.scheme, f"{self.width}×{self.height}", *extra])


LOOKS = (
    *(
        Look(scheme, *size)
        for scheme in ("dark", "light")
        for size in ((1100, 700), (1440, 900), (2560, 1440), (3840, 2160))
    ),
    Look("dark", 960, 540),
    *(Look(scheme, 1440, 900, scale=scale) for scheme in ("dark", "light") for scale in (150, 200)),
    *(Look(scheme, 1440, 900, text=text) for scheme in ("dark", "light") for text in (130, 200)),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Take screenshots of every screen in every look.")
    parser.add_argument("--out", type=Path, default=OUT, help="where they go; emptied before")
    parser.add_argument("--look", default="", help="only looks with these words in their name, such as “dark, 1440”")
    parser.add_argument("--screen", default="", help="only screens with these words in their name")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    options = parser.parse_args()
    out: Path = options.out
    if options.one is not None:
        from tests.journeys.screens import take

        take(LOOKS[options.one], options.home, out, options.screen)
        return 0
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    failed, names = 0, [look.name for look in LOOKS]
    for number, look in enumerate(LOOKS):
        if options.look in (look.name, "") or (options.look not in names and options.look in look.name):
            for home in ("clips", "empty", "no key"):
                failed += _take_apart(number, look, home, out, options.screen)
    _draw_sheet(out)
    sys.stdout.write(f"{len(list(out.glob('*/*.png')))} pictures are in {os.path.relpath(out)}\n")
    return failed


def _take_apart(number: int, look: Look, contents: str, out: Path, screen: str) -> int:
    """In a process of its own: the scale of a screen is read once."""
    here = out / look.name
    with tempfile.TemporaryDirectory(prefix="kling screenshots ") as home:
        places = {f"XDG_{name}_HOME": str(Path(home, name.lower())) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
        settings = {"HOME": home, "QT_SCALE_FACTOR": str(look.scale / 100), "PYTHONPATH": str(ROOT)}
        environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | places | settings
        environment.pop("LEONARDO_API_KEY", None)
        command = [sys.executable, __file__, "--one", str(number), "--home", contents, "--out", str(here)]
        command += ["--screen", screen]
        ended = subprocess.run(command, env=environment, check=False)
    return int(ended.returncode != 0)


def _draw_sheet(out: Path) -> None:
    """All of them, small, with their names."""
    pictures = sorted(out.glob("*/*.png"))
    if not pictures:
        return
    wide, high = THUMB[0] + 16, THUMB[1] + 40
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * wide, rows * high), (128, 128, 128))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    for number, path in enumerate(pictures):
        left, top = number % COLUMNS * wide + 8, number // COLUMNS * high + 8
        with Image.open(path) as picture:
            picture.thumbnail(THUMB)
            sheet.paste(picture, (left, top))
        draw.text((left, top + THUMB[1] + 4), f"{path.parent.name} · {path.stem}", fill=(255, 255, 255), font=font)
    sheet.save(out / "contact sheet.png")


if __name__ == "__main__":
    sys.exit(main())
