"""The form as one pure function of the draft: what each control holds, offers, refuses, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, NamedTuple, TypeVar

from kling_desktop.domain.request import rules
from kling_desktop.domain.request.draft import Draft, Media, Placeholder
from kling_desktop.domain.request.generation_type import GenerationType, normalized, type_of
from kling_desktop.domain.request.models import ModelSpec, Size, Slot

T = TypeVar("T")
_INSTEAD = {
    Slot.START_FRAME: ("Use frames instead", GenerationType.START),
    Slot.END_FRAME: ("Use frames instead", GenerationType.START),
    Slot.IMAGE_REFERENCE: ("Use references instead", GenerationType.REFERENCES),
    Slot.VIDEO_REFERENCE_BASE: ("Edit a video instead", GenerationType.EDIT),
}
TAKE_CHOICES = tuple(range(1, 11))
"""How many times the same request can be ordered at once; the service works at ten at a time."""


class Problem(NamedTuple):
    """Something wrong with a control, or worth knowing about it: a sentence for people."""

    control: str
    message: str


@dataclass(frozen=True, slots=True)
class FormAction:
    """The one click that resolves something: media to set aside and to take up again, perhaps a way to go, then perhaps
    a slot to fill.
    """

    label: str
    parks: frozenset[Slot] = frozenset()
    unparks: frozenset[Slot] = frozenset()
    fill_slot: Slot | None = None
    wanted_type: GenerationType | None = None


@dataclass(frozen=True, slots=True)
class Control(Generic[T]):
    """One control of the form.

    blocked says why it takes nothing new, and action opens it; problems keep Generate shut;
    warnings and note are for reading.
    parked: its media is kept but not sent.
    """

    value: T
    choices: tuple[T, ...] = ()
    blocked_reason: str = ""
    action: FormAction | None = None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    note: str = ""
    is_parked: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Every control of the form, and the model whose limits they follow."""

    spec: ModelSpec
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
            if isinstance(control := getattr(self, field.name), Control):
                yield field.name, control

    def slot(self, slot: Slot) -> Control[tuple[Media, ...]]:
        control: Control[tuple[Media, ...]] = getattr(self, slot.value)
        return control

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that keeps the request from being sent, in the order of the form."""
        return tuple(Problem(name, sentence) for name, control in self.controls() for sentence in control.problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(Problem(name, sentence) for name, control in self.controls() for sentence in control.warnings)


def resolve(draft: Draft, spec: ModelSpec) -> Form:
    """Decide what every control may do. Parks nothing: parking is the user's act, kept in the draft."""

    def slot(which: Slot) -> Control[tuple[Media, ...]]:
        blocked = rules.slot_blocked_reason(draft, which, spec)
        return Control(
            draft.media(which),
            blocked_reason=blocked,
            action=_unblock_action(draft, which, spec) if blocked else None,
            problems=rules.slot_problems(draft, which, spec),
            warnings=rules.frame_warnings(draft, which),
            note=rules.frame_note(draft, which),
            is_parked=which in draft.parked and bool(draft.media(which)),
        )

    edits = type_of(draft) is GenerationType.EDIT
    return Form(
        spec=spec,
        prompt=_prompt(draft, spec),
        duration=Control(
            draft.duration,
            spec.durations,
            problems=rules.duration_problems(draft.duration, spec),
            note="An edit keeps the length of its video" if edits else "",
        ),
        takes=Control(draft.takes, TAKE_CHOICES, note=rules.takes_note(draft)),
        size=Control(draft.size, spec.sizes, problems=rules.size_problems(draft.size, spec)),
        start_frame=slot(Slot.START_FRAME),
        end_frame=slot(Slot.END_FRAME),
        image_reference=slot(Slot.IMAGE_REFERENCE),
        video_reference_base=slot(Slot.VIDEO_REFERENCE_BASE),
        model=Control(draft.model, (spec.id,), problems=rules.model_problems(draft.model, spec)),
        public=Control(draft.public, (False, True), note="Everyone can see this video" if draft.public else ""),
        seed=Control(draft.seed, problems=rules.seed_problems(draft.seed)),
        mode=Control(draft.mode, (None, *spec.modes), problems=rules.choice_problems(draft.mode, spec.modes)),
        prompt_enhance=Control(
            draft.prompt_enhance,
            (None, *spec.prompt_enhance),
            problems=rules.choice_problems(draft.prompt_enhance, spec.prompt_enhance),
        ),
        quantity=Control(
            draft.quantity,
            (None, *spec.quantities),
            problems=rules.choice_problems(draft.quantity, spec.quantities),
        ),
    )


def with_prompt(form: Form, draft: Draft) -> Form:
    """What `resolve` says of a draft that differs from that of `form` in its prompt alone, at a third of the cost."""
    return replace(form, prompt=_prompt(draft, form.spec))


def _prompt(draft: Draft, spec: ModelSpec) -> Control[str]:
    return Control(
        draft.prompt,
        problems=rules.prompt_problems(draft, spec),
        warnings=rules.prompt_warnings(draft, spec),
    )


def apply_action(draft: Draft, action: FormAction) -> Draft:
    """The draft after the click; a slot that the action fills is for the user to fill."""
    parked = (draft.parked | action.parks) - action.unparks
    parked = frozenset(slot for slot in parked if draft.media(slot))
    return normalized(replace(draft, parked=parked, wanted_type=action.wanted_type or draft.wanted_type))


def _unblock_action(draft: Draft, slot: Slot, spec: ModelSpec) -> FormAction:
    rivals = rules.conflicting_slots(draft, slot, spec)
    comes_back = frozenset(other for other in draft.parked if other not in spec.excludes[slot])
    opened = apply_action(draft, FormAction("", parks=rivals, unparks=comes_back))
    fills = Slot.START_FRAME if slot is Slot.END_FRAME and not opened.used(Slot.START_FRAME) else None
    if rivals:
        label, wants = _INSTEAD[slot]
        return FormAction(label, parks=rivals, unparks=comes_back, fill_slot=fills, wanted_type=wants)
    return FormAction("Add a start frame" if fills else "Use again", unparks=comes_back, fill_slot=fills)
