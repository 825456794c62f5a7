"""The form as one pure function of the draft: what each control holds, offers, refuses, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from kling_desktop.domain.request import rules
from kling_desktop.domain.request.draft import Draft, Media, Placeholder
from kling_desktop.domain.request.generation_type import Way, settled, way_of
from kling_desktop.domain.request.models import KLING_O1, ModelSpec, Size, Slot

T = TypeVar("T")
_INSTEAD = {
    Slot.START_FRAME: ("Use frames instead", Way.START),
    Slot.END_FRAME: ("Use frames instead", Way.START),
    Slot.IMAGE_REFERENCE: ("Use references instead", Way.REFERENCES),
    Slot.VIDEO_REFERENCE_BASE: ("Edit a video instead", Way.EDIT),
}
TAKES = tuple(range(1, 11))
"""How many times the same request can be ordered at once; the service works at ten at a time."""


@dataclass(frozen=True, slots=True)
class Action:
    """The one click that resolves something: media to set aside and to take up again, perhaps a way to go, then perhaps
    a slot to fill.
    """

    label: str
    parks: frozenset[Slot] = frozenset()
    unparks: frozenset[Slot] = frozenset()
    fills: Slot | None = None
    wants: Way | None = None


@dataclass(frozen=True, slots=True)
class Control(Generic[T]):
    """One control of the form.

    blocked says why it takes nothing new, and action opens it; problems keep Generate shut;
    warnings and note are for reading.
    parked: its media is kept but not sent.
    """

    value: T
    choices: tuple[T, ...] = ()
    blocked: str = ""
    action: Action | None = None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    note: str = ""
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    prompt: Control[str]
    duration: Control[int]
    takes: Control[int]
    size: Control[Size]
    start_frame: Control[tuple[Media, ...]]
    end_frame: Control[tuple[Media, ...]]
    image_reference: Control[tuple[Media, ...]]
    video_reference_base: Control[tuple[Media, ...]]
    model: Control[str]
    public: Control[bool]
    seed: Control[int | Placeholder | None]
    mode: Control[str | None]
    prompt_enhance: Control[str | None]
    quantity: Control[int | None]

    def controls(self) -> Iterator[tuple[str, Control[Any]]]:
        for field in fields(self):
            yield field.name, getattr(self, field.name)

    def slot(self, slot: Slot) -> Control[tuple[Media, ...]]:
        control: Control[tuple[Media, ...]] = getattr(self, slot.value)
        return control

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """(control, sentence) for all that keeps the request from being sent, in the order of the form."""
        return tuple((name, sentence) for name, control in self.controls() for sentence in control.problems)

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, sentence) for name, control in self.controls() for sentence in control.warnings)


def resolve(draft: Draft, spec: ModelSpec = KLING_O1) -> Form:
    """Decide what every control may do. Parks nothing: parking is the user's act, kept in the draft."""

    def slot(which: Slot) -> Control[tuple[Media, ...]]:
        blocked = rules.why_shut(draft, which, spec)
        return Control(
            draft.media(which),
            blocked=blocked,
            action=_opener(draft, which, spec) if blocked else None,
            problems=rules.what_is_wrong_with_slot(draft, which, spec),
            warnings=rules.what_to_mind_in_frame(draft, which),
            note=rules.what_was_done_to_frame(draft, which),
            parked=which in draft.parked and bool(draft.media(which)),
        )

    edits = way_of(draft) is Way.EDIT
    return Form(
        prompt=_prompt(draft, spec),
        duration=Control(
            draft.duration,
            spec.durations,
            problems=rules.what_is_wrong_with_duration(draft.duration, spec),
            note="An edit keeps the length of its video" if edits else "",
        ),
        takes=Control(draft.takes, TAKES, note=rules.what_to_know_of_takes(draft)),
        size=Control(draft.size, spec.sizes, problems=rules.what_is_wrong_with_size(draft.size, spec)),
        start_frame=slot(Slot.START_FRAME),
        end_frame=slot(Slot.END_FRAME),
        image_reference=slot(Slot.IMAGE_REFERENCE),
        video_reference_base=slot(Slot.VIDEO_REFERENCE_BASE),
        model=Control(draft.model, (spec.id,), problems=rules.what_is_wrong_with_model(draft.model, spec)),
        public=Control(draft.public, (False, True), note="Everyone can see this video" if draft.public else ""),
        seed=Control(draft.seed, problems=rules.what_is_wrong_with_seed(draft.seed)),
        mode=Control(draft.mode, (None, *spec.modes), problems=rules.what_is_wrong_with_choice(draft.mode, spec.modes)),
        prompt_enhance=Control(
            draft.prompt_enhance,
            (None, *spec.prompt_enhance),
            problems=rules.what_is_wrong_with_choice(draft.prompt_enhance, spec.prompt_enhance),
        ),
        quantity=Control(
            draft.quantity,
            (None, *spec.quantities),
            problems=rules.what_is_wrong_with_choice(draft.quantity, spec.quantities),
        ),
    )


def retyped(form: Form, draft: Draft, spec: ModelSpec = KLING_O1) -> Form:
    """What `resolve` says of a draft that differs from that of `form` in its prompt alone, at a third of the cost."""
    return replace(form, prompt=_prompt(draft, spec))


def _prompt(draft: Draft, spec: ModelSpec) -> Control[str]:
    return Control(
        draft.prompt,
        problems=rules.what_is_wrong_with_prompt(draft, spec),
        warnings=rules.what_to_mind_in_prompt(draft, spec),
    )


def act(draft: Draft, action: Action) -> Draft:
    """The draft after the click; a slot that the action fills is for the user to fill."""
    parked = (draft.parked | action.parks) - action.unparks
    parked = frozenset(slot for slot in parked if draft.media(slot))
    return settled(replace(draft, parked=parked, wanted=action.wants or draft.wanted))


def _opener(draft: Draft, slot: Slot, spec: ModelSpec) -> Action:
    rivals = rules.rivals_in_use(draft, slot, spec)
    comes_back = frozenset(other for other in draft.parked if other not in spec.excludes[slot])
    opened = act(draft, Action("", parks=rivals, unparks=comes_back))
    fills = Slot.START_FRAME if slot is Slot.END_FRAME and not opened.used(Slot.START_FRAME) else None
    if rivals:
        label, wants = _INSTEAD[slot]
        return Action(label, parks=rivals, unparks=comes_back, fills=fills, wants=wants)
    return Action("Add a start frame" if fills else "Use again", unparks=comes_back, fills=fills)
