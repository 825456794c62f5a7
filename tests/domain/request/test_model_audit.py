"""Every combination of model, slots, length, size and sound: form, body, parser and sandbox agree.

The sandbox has limits of its own, so a limit that one of the two has wrong shows here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, product

import pytest

from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, StoredMedia
from kling_desktop.domain.request.form import apply_action, resolve
from kling_desktop.domain.request.model_switch import switch_model
from kling_desktop.domain.request.model_table import MODELS, find_model
from kling_desktop.domain.request.models import ModelSpec, Size, Slot
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.domain.spending.prices import SNAPSHOT_PRICES
from kling_desktop.sandbox.records import UploadedImage
from kling_desktop.sandbox.rules import problems
from kling_desktop.sandbox.settings import SandboxSettings
from kling_desktop.sandbox.world import World
from kling_desktop.services.composer.composer import Composer

IMAGE = "11111111-2222-4333-8444-555555555555"
SIZES = (Size(1280, 720), Size(1920, 1080), Size(1440, 1440), Size(3840, 2160), Size(1000, 700))
DURATIONS = (2, 3, 5, 7, 10, 11, 15, 16)
FILLED = [
    {Slot.START_FRAME: start, Slot.END_FRAME: end, Slot.IMAGE_REFERENCE: references, Slot.VIDEO_REFERENCE_BASE: video}
    for start, end, references, video in product((0, 1), (0, 1), (0, 1, 4, 8), (0, 1))
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    hours = count(step=3600.0)  # whatever was accepted is complete at the next look
    world = World(SandboxSettings(data=tmp_path_factory.mktemp("sandbox")), "http://127.0.0.1", hours.__next__)
    world.pictures[IMAGE] = UploadedImage(IMAGE, "png", 0.0, width=1000, height=1000)
    return world


def drafts(spec: ModelSpec, video: str) -> Iterator[Draft]:
    for filled, duration, size, sound in product(FILLED, DURATIONS, SIZES, (False, True)):
        draft = Draft(prompt="A fox", model=spec.id, duration=duration, size=size, sound=sound)
        for slot, number in filled.items():
            media = StoredMedia(video, GENERATED) if slot is Slot.VIDEO_REFERENCE_BASE else StoredMedia(IMAGE, UPLOADED)
            draft = draft.with_media(slot, (media,) * number)
        yield draft


@pytest.mark.parametrize("model", MODELS)
def test_form_body_parser_and_service_agree(
    model: str, world: World, record_property: Callable[[str, object], None]
) -> None:
    spec = find_model(model)
    made = world.accept(build_body(Draft(prompt="A base video")))
    counts: Counter[bool] = Counter()
    for draft in drafts(spec, made.video):
        is_sendable = not resolve(draft, spec).problems
        body = build_body(draft)
        assert is_sendable == (not problems(body, world)), (body, resolve(draft, spec).problems, problems(body, world))
        counts[is_sendable] += 1
        if is_sendable:
            parsed = parse_body(body)
            assert (parsed.problems, build_body(parsed.draft)) == ((), body)
            assert body["parameters"].get("motion_has_audio") == (draft.sound if spec.has_sound else None)
    assert counts[True]
    assert counts[False]
    record_property("sendable", counts[True])
    record_property("refused", counts[False])


@pytest.mark.parametrize(("before", "after"), list(product(MODELS, MODELS)))
def test_another_model_can_send_what_one_could(before: str, after: str) -> None:
    old, new = find_model(before), find_model(after)
    image = (StoredMedia(IMAGE, UPLOADED),)
    for slots in ((), (Slot.START_FRAME,), (Slot.START_FRAME, Slot.END_FRAME), (Slot.IMAGE_REFERENCE,)):
        draft = Draft.for_model(old)
        draft = replace(draft, prompt="A fox", duration=old.durations[-1], size=old.sizes[-1], sound=True)
        for slot in slots:
            draft = draft.with_media(slot, image)
        if resolve(draft, old).problems:
            continue
        switched = switch_model(draft, old, new)
        problems_left = [problem.control for problem in resolve(switched.draft, new).problems]
        assert problems_left in ([], ["start_frame"]), "only a start frame that a model needs can be missing"
        assert all(switched.draft.media(slot) == draft.media(slot) for slot in Slot), "nothing is lost"
        back = switch_model(switched.draft, new, old).draft
        assert [back.used(slot) for slot in Slot] == [draft.used(slot) for slot in Slot]
        assert bool(switched.changes) == (before != after and replace(draft, model=after) != switched.draft) or any(
            "sound" in change for change in switched.changes
        )


def test_a_slot_that_the_model_lacks_offers_one_that_has_it() -> None:
    spec = find_model("kling-3.0")
    draft = Draft(prompt="A fox", model=spec.id)
    control = resolve(draft, spec).image_reference
    assert control.blocked_reason == "Kling 3.0 takes no references"
    assert control.action
    assert control.action.label == "Use Kling O1"
    assert apply_action(draft, control.action).model == "kling-video-o-1"


def test_settings_that_a_model_does_not_take_are_kept_and_not_sent() -> None:
    spec, turbo = find_model("kling-video-o-1"), find_model("kling-2.5")
    draft = Draft(prompt="A fox", seed=7, mode="RESOLUTION_1080")
    switched = switch_model(draft, spec, turbo)
    assert {"seed", "mode"}.isdisjoint(build_body(switched.draft)["parameters"])
    assert "Kling 2.5 Turbo takes no seed. Yours is kept, but not sent" in switched.changes
    assert build_body(switch_model(switched.draft, turbo, spec).draft)["parameters"]["seed"] == 7


def test_changing_the_model_is_one_undo_step() -> None:
    composer = Composer(Draft(prompt="A fox", duration=10))
    assert composer.switch_model("kling-2.5-turbo-standard") == ("The size is 1280 × 720 instead of 1920 × 1080",)
    composer.undo()
    assert composer.draft == Draft(prompt="A fox", duration=10)


@pytest.mark.parametrize(
    ("model", "seconds", "sound", "price"),
    [
        ("kling-video-o-1", 5, False, "$0.755"),
        ("kling-2.5-turbo-standard", 5, False, "$0.284"),
        ("kling-2.5", 5, False, "$0.351"),
        ("kling-3.0", 15, False, "$2.826"),
        ("kling-3.0", 5, True, "None"),
        ("kling-video-o-3", 3, True, "$1.256"),
    ],
)
def test_each_model_has_its_price(model: str, seconds: int, sound: bool, price: str) -> None:
    draft = replace(Draft.for_model(find_model(model)), duration=seconds, sound=sound)
    assert str(SNAPSHOT_PRICES.of(draft)) == price
