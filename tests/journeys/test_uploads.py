"""A picture is at the service before Generate is pressed, and goes there once."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.ui.composer.media_input.place import START
from kling_desktop.ui.composer.slots.media_thumbnails import MediaThumbnail
from kling_desktop.ui.composer.slots.rejection_card import RejectionCard
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until


def framed(folder: Path) -> Draft:
    path = folder / "cat.png"
    Image.new("RGB", (1280, 720), "teal").save(path)
    return Draft("A cat", start_frame=(LocalImage(str(path), "cat.png", "", 1280, 720),))


def brought(app: AppDriver) -> int:
    """How many pictures the sandbox has got, or has kept a place for."""
    return len(list((app.folders.sandbox / "uploads").glob("*.json")))


async def test_an_image_is_uploaded_while_the_form_is_filled_in(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(framed(tmp_path)) as app:
        await app.wait_until_connected()
        await wait_until(lambda: app.box(START).view.tag == "UPLOADED", "The picture at the service")
        assert app.accepted_requests() == []
        assert brought(app) == 1
        await app.press("Ctrl+Return")
        await app.wait_for_state(Done)
        assert brought(app) == 1


async def test_a_failed_upload_is_reported_and_retried(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(framed(tmp_path), "--fault", "upload_refused=1") as app:
        await app.wait_until_connected()
        await wait_until(lambda: app.box(START).view.tag == "RETRY", "The failure on the slot")
        assert app.message == ""
        assert app.application.composer.blocked_reason is None
        before = brought(app)
        await wait_until(lambda: app.box(START).view.picture is not None, "The picture")
        box = app.box(START)
        await app.click(box, box.tag_rect().center())
        await wait_until(lambda: brought(app) > before and box.view.tag == "RETRY", "The next try")


@pytest.fixture
def shop_window(tmp_path: Path) -> Iterator[str]:
    """A picture and a page on a server of this machine's own; its address."""
    folder = tmp_path / "web"
    folder.mkdir()
    Image.new("RGB", (1280, 720), "navy").save(folder / "sea.png")
    (folder / "page").write_text("<!doctype html><title>Nothing to see</title>")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *_told: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_an_image_url_is_enough_and_is_offered_again_after_a_restart(open_app: OpenApp, shop_window: str) -> None:
    async with open_app(Draft("A sea")) as app:
        await app.wait_until_connected()
        clipboard = QGuiApplication.clipboard()
        clipboard.setText(f"{shop_window}/page")
        box = app.box(START)
        box.setFocus()
        await app.press("Ctrl+V")
        await wait_until(lambda: "“page” is a web page" in refused(app), "What it is")
        assert app.application.composer.draft.start_frame == ()
        clipboard.setText(f"{shop_window}/sea.png")
        await app.press("Ctrl+V")
        await wait_until(lambda: box.view.tag == "UPLOADED", "The picture at the service")
        image = app.application.composer.draft.media(START.slot)[0]
        assert isinstance(image, LocalImage)
        assert image.name == "sea.png"
        assert refused(app) == ""
        app.application.composer.undo()
        assert app.application.composer.draft == Draft("A sea")
    async with open_app() as app:
        await app.wait_until_connected()
        await app.click(app.box(START))
        await wait_until(lambda: app.find_all(MediaThumbnail), "The recent picture")
        await app.click(app.find_all(MediaThumbnail)[0])
        assert app.application.composer.draft.start_frame == (image,)


def refused(app: AppDriver) -> str:
    """What stands over the form about what was not taken."""
    cards = app.find_all(RejectionCard)
    return " ".join(card.accessibleName() for card in cards)
