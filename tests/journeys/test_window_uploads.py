"""A picture is at the service before Generate is pressed, and goes there once."""

from pathlib import Path

from PIL import Image

from kling_desktop.domain.draft import Draft, LocalImage
from kling_desktop.domain.states import Done
from kling_desktop.ui.composer.places import START
from tests.journeys.conftest import OpenApp
from tests.journeys.hands import until
from tests.journeys.visit import Visit


def framed(folder: Path) -> Draft:
    path = folder / "cat.png"
    Image.new("RGB", (1280, 720), "teal").save(path)
    return Draft("A cat", start_frame=(LocalImage(str(path), "cat.png", "", 1280, 720),))


def brought(app: Visit) -> int:
    """How many pictures the sandbox has got, or has kept a place for."""
    return len(list((app.folders.sandbox / "uploads").glob("*.json")))


async def test_a_picture_goes_up_while_the_form_is_filled_in_and_is_ordered_with(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app(framed(tmp_path)) as app:
        await app.connected()
        await until(lambda: app.box(START).view.tag == "UPLOADED", "The picture at the service")
        assert app.orders() == []
        assert brought(app) == 1
        await app.press("Ctrl+Return")
        await app.comes_to(Done)
        assert brought(app) == 1


async def test_a_picture_that_does_not_arrive_says_so_and_is_tried_again(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(framed(tmp_path), "--fault", "upload_refused=1") as app:
        await app.connected()
        await until(lambda: app.box(START).view.tag == "RETRY", "The failure on the slot")
        assert app.message == ""
        assert app.desktop.composer.why_not is None
        before = brought(app)
        await until(lambda: app.box(START).view.picture is not None, "The picture")
        box = app.box(START)
        await app.click(box, box._painter.tag_area(box._look(None)).center())
        await until(lambda: brought(app) > before and box.view.tag == "RETRY", "The next try")
