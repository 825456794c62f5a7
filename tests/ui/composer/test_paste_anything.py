"""Whatever people do to the form, in whatever order: nothing is lost, all can be undone, nothing wrong is sent."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QMimeData, Qt

from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.parsing.request_parser import parse_request
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, StoredMedia
from kling_desktop.domain.request.models import GenerationType, Slot
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.rules import problems
from kling_desktop.sandbox.settings import SandboxSettings
from kling_desktop.sandbox.world import World
from kling_desktop.services.batch.request_files import find_problems
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.widgets import LinkButton
from kling_desktop.ui.widgets.choice_row import Cell
from tests.support.places import PLACES
from tests.support.recorded_drags import FOLDER, recorded
from tests.support.sandbox_client import ManualClock, SandboxClient, png
from tests.support.sandbox_transport import SandboxTransport
from tests.ui.composer.conftest import FormDriver, clip, words

EXAMPLES = 40
RECORDED = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
NEVER_KNOWN_HERE = ("invalid init image id", "invalid generated")
REQUEST = """{"model": "kling-video-o-1", "public": false, "parameters": {"prompt": "The woman plays with the cat",
"guidances": {"start_frame": [{"image": {"id": "<YOUR_START_IMAGE_ID>", "type": "UPLOADED"}}]},
"duration": 10, "width": 1080, "height": 1920}}"""
ANY_PLACE = st.sampled_from(PLACES)


def held(draft: Draft) -> Counter[Media]:
    return Counter(media for slot in Slot for media in draft.media(slot))


class Anything(RuleBasedStateMachine):
    """A person without a plan."""

    def __init__(self, desk: FormDriver, world: World, uploaded: str) -> None:
        super().__init__()
        self.desk, self.world, self.uploaded = desk, world, uploaded
        self.start = self.before = desk.composer.draft

    @rule(text=st.text("a 😀é@\n1", min_size=1, max_size=4) | st.just("@image1 "))
    def type(self, text: str) -> None:
        self.desk.prompt.setFocus()
        self.desk.prompt.insertPlainText(text)

    @rule(name=st.sampled_from(RECORDED), place=ANY_PLACE)
    def drop_what_programs_drag(self, name: str, place: Place) -> None:
        self._drop(place, recorded(name, self.desk.folder.parent))

    @rule(
        place=ANY_PLACE,
        whole=st.sampled_from(
            ["{}", "“{}”", "https://cdn.leonardo.ai/generations/x/a_{}.jpg", "?", "https://a.test/a.png"]
        ),
    )
    def drop_words(self, place: Place, whole: str) -> None:
        self._drop(place, words(whole.format(self.uploaded)))

    @rule(place=ANY_PLACE, seconds=st.sampled_from([5.0, 10.0, 30.0]))
    def drop_a_clip(self, place: Place, seconds: float) -> None:
        self._drop(place, clip(self.uploaded, seconds))

    @rule(place=ANY_PLACE, to=ANY_PLACE)
    def carry(self, place: Place, to: Place) -> None:
        if self.desk.panel.media_input.is_filled(place):
            before = held(self.desk.composer.draft)
            self._drop(to, self.desk.panel.media_input.drag_data(place))
            assert held(self.desk.composer.draft) == before

    @rule(place=ANY_PLACE, step=st.sampled_from([Qt.Key.Key_Left, Qt.Key.Key_Right]))
    def carry_by_key(self, place: Place, step: Qt.Key) -> None:
        before = held(self.desk.composer.draft)
        self.desk.box(place).setFocus()
        self.desk.press(step, Qt.KeyboardModifier.AltModifier)
        assert held(self.desk.composer.draft) == before

    @rule(place=ANY_PLACE)
    def take_out(self, place: Place) -> None:
        self.desk.box(place).setFocus()
        self.desk.press(Qt.Key.Key_Delete)

    @rule(way=st.sampled_from(list(GenerationType)))
    def use_way(self, way: GenerationType) -> None:
        before = held(self.desk.composer.draft)
        cells = self.desk.panel.findChildren(Cell)
        self.desk.click(next(cell for cell in cells if cell.option.value is way))
        self.desk.popover.hide()
        assert held(self.desk.composer.draft) == before

    @rule(at=st.integers(0, 5))
    def take_a_way_out(self, at: int) -> None:
        links = [link for link in self.desk.panel.findChildren(LinkButton) if link.isVisible()]
        links = [link for link in links if "instead" in link.text() or "again" in link.text()]
        if links:
            before = held(self.desk.composer.draft)
            self.desk.click(links[at % len(links)])
            self.desk.popover.hide()
            assert held(self.desk.composer.draft) == before

    @rule()
    def paste_a_request(self) -> None:
        self.desk.composer.replace(parse_request(REQUEST).draft)

    @rule()
    def undo(self) -> None:
        self.desk.composer.undo()

    @rule()
    def redo(self) -> None:
        self.desk.composer.redo()

    @invariant()
    def nothing_is_lost(self) -> None:
        now, history = self.desk.composer.draft, self.desk.composer.history
        within_reach = {media for draft in (now, *history.past, *history.future) for media in held(draft)}
        assert set(held(self.before)) <= within_reach
        self.before = now

    @invariant()
    def nothing_wrong_is_sent(self) -> None:
        draft = self.desk.composer.draft
        if self.desk.generate.is_blocked:
            assert self.desk.composer.blocked_reason
            return
        assert find_problems(ParsedRequest(draft, (), ()))[0] == ()
        sent = draft
        for slot in Slot:
            as_uploaded = (
                StoredMedia(self.uploaded, "UPLOADED") if isinstance(m, LocalImage) else m for m in draft.media(slot)
            )
            sent = sent.with_media(slot, tuple(as_uploaded))
        body = build_body(sent)
        assert find_problems(parse_body(body))[0] == ()
        assert [said for said in problems(body, self.world) if not said.startswith(NEVER_KNOWN_HERE)] == []

    def teardown(self) -> None:
        composer = self.desk.composer
        while composer.history.future:
            composer.redo()
        end = composer.draft
        while composer.history.past:
            composer.undo()
        assert composer.draft == self.start
        while composer.history.future:
            composer.redo()
        assert composer.draft == end
        self.desk.panel.close()

    def _drop(self, place: Place, data: QMimeData) -> None:
        self.desk.drop(place, data)
        # The web has a picture at each address that ends as one, and pages at the others.
        for address, answer in tuple(self.desk.web.answers.items()):
            del self.desk.web.answers[address]
            answer(png() if address.endswith(".png") else "That is a web page.")
        intake = self.desk.panel.media_input
        self.desk.until(lambda: not any(intake.pending_in(one) for one in PLACES))


@pytest.fixture
def known(tmp_path: Path) -> tuple[World, str]:
    """A sandbox, and a picture that it has."""
    app = create_app(SandboxSettings(data=tmp_path / "sandbox"), clock=(clock := ManualClock()))

    async def upload() -> str:
        async with httpx.AsyncClient(transport=SandboxTransport(app)) as http:
            return await SandboxClient(app.state.world, http, clock).upload()

    return app.state.world, asyncio.run(upload())


def test_no_sequence_of_actions_loses_media_or_enables_an_invalid_request(
    open_form: Callable[..., FormDriver], picture: Callable[..., Path], known: tuple[World, str]
) -> None:
    picture("tabby.png")
    picture("zweite Katze é.png")
    run_state_machine_as_test(
        lambda: Anything(open_form(), *known),  # type: ignore[arg-type]  # hypothesis takes any factory
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
