"""The form as one pure function of the draft: what each control holds and offers, and why it is blocked."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, NamedTuple, TypeVar

from kling_desktop.domain.request import rules, slot_rules
from kling_desktop.domain.request.draft import Draft, Media, Placeholder
from kling_desktop.domain.request.generation_type import GenerationType, normalized, type_of
from kling_desktop.domain.request.model_switch import switch_model
from kling_desktop.domain.request.model_table import MODELS, find_model
from kling_desktop.domain.request.models import ModelSpec, Setting, Size, Slot

T = TypeVar("T")
_INSTEAD = {
    Slot.START_FRAME: ("Use frames instead", GenerationType.START),
    Slot.END_FRAME: ("Use frames instead", GenerationType.START),
    Slot.IMAGE_REFERENCE: ("Use references instead", GenerationType.REFERENCES),
    Slot.VIDEO_REFERENCE_BASE: ("Edit a video instead", GenerationType.EDIT),
}
TAKE_CHOICES = tuple(range(1, 11))
"""How many takes one click can submit. The service works on ten at a time."""


class Problem(NamedTuple):
    """Something wrong with a control, or worth knowing about it: a sentence for people."""

    control: str
    message: str


@dataclass(frozen=True, slots=True)
class FormAction:
    """The one click that unblocks a control.

    Attributes:
        parks: Slots whose media are parked.
        unparks: Slots whose media come back.
        fill_slot: The slot that the user then has to fill.
        wanted_type: The generation type to switch to.
        model: The ID of the model to switch to.
    """

    label: str
    parks: frozenset[Slot] = frozenset()
    unparks: frozenset[Slot] = frozenset()
    fill_slot: Slot | None = None
    wanted_type: GenerationType | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Control(Generic[T]):
    """One control of the form.

    Attributes:
        blocked_reason: Why it takes nothing new; "" when it does.
        blocked_caption: The same in a few words, to go after the control's name: "not with frames".
        action: The click that unblocks it.
        problems: What keeps the request from being sent.
        warnings: What is worth knowing before it is sent.
        note: What happens to the value: "The end frame is cropped to 16:9".
        is_parked: Its media are kept but not sent.
    """

    value: T
    choices: tuple[T, ...] = ()
    blocked_reason: str = ""
    blocked_caption: str = ""
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
    sound: Control[bool]

    def controls(self) -> Iterator[tuple[str, Control[Any]]]:
        """Yield each control with its name, in the order of the form."""
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
    """Decide what every control may do with a model. Parks nothing: parking is the user's choice, kept in the draft."""

    def slot(which: Slot) -> Control[tuple[Media, ...]]:
        blocked = slot_rules.slot_blocked_reason(draft, which, spec)
        return Control(
            draft.media(which),
            blocked_reason=blocked.sentence,
            blocked_caption=blocked.caption,
            action=_unblock_action(draft, which, spec) if blocked.sentence else None,
            problems=slot_rules.slot_problems(draft, which, spec),
            warnings=slot_rules.frame_warnings(draft, which),
            note=slot_rules.frame_note(draft, which),
            is_parked=which in draft.parked and bool(draft.media(which)),
        )

    is_edit = type_of(draft) is GenerationType.EDIT
    return Form(
        spec=spec,
        prompt=_prompt(draft, spec),
        duration=Control(
            draft.duration,
            spec.durations,
            problems=rules.duration_problems(draft, spec),
            note="An edit keeps the length of its video" if is_edit else "",
        ),
        takes=Control(draft.takes, TAKE_CHOICES, note=rules.takes_note(draft)),
        size=Control(draft.size, spec.sizes, problems=rules.size_problems(draft.size, spec)),
        start_frame=slot(Slot.START_FRAME),
        end_frame=slot(Slot.END_FRAME),
        image_reference=slot(Slot.IMAGE_REFERENCE),
        video_reference_base=slot(Slot.VIDEO_REFERENCE_BASE),
        model=Control(draft.model, tuple(MODELS), note=spec.use, problems=rules.model_problems(draft.model, spec)),
        public=Control(draft.public, (False, True), note="Everyone can see this video" if draft.public else ""),
        seed=_setting(Setting.SEED, draft.seed, (), spec, rules.seed_problems(draft.seed, spec)),
        mode=_setting(
            Setting.MODE, draft.mode, (None, *spec.modes), spec, rules.choice_problems(draft.mode, spec.modes)
        ),
        prompt_enhance=_setting(
            Setting.PROMPT_ENHANCE,
            draft.prompt_enhance,
            (None, *spec.prompt_enhance),
            spec,
            rules.choice_problems(draft.prompt_enhance, spec.prompt_enhance),
        ),
        quantity=Control(
            draft.quantity,
            (None, *spec.quantities),
            problems=rules.choice_problems(draft.quantity, spec.quantities),
        ),
        sound=_setting(Setting.SOUND, draft.sound, (False, True), spec),
    )


def _setting(
    setting: Setting, value: T, choices: tuple[T, ...], spec: ModelSpec, problems: tuple[str, ...] = ()
) -> Control[T]:
    """Return the control of an optional setting: blocked, and its value parked, where the model doesn't take it."""
    if spec.takes_setting(setting):
        return Control(value, choices, problems=problems)
    unused = rules.unused_setting(setting, value, spec)
    return Control(
        value,
        blocked_reason=rules.setting_blocked_reason(setting, spec),
        warnings=(unused,) if unused else (),
        is_parked=bool(unused),
    )


def with_prompt(form: Form, draft: Draft) -> Form:
    """Return what `resolve` gives for a draft that differs from the form's in its prompt alone, at a third of the cost.

    Called at every key press.
    """
    return replace(form, prompt=_prompt(draft, form.spec))


def _prompt(draft: Draft, spec: ModelSpec) -> Control[str]:
    return Control(
        draft.prompt,
        problems=rules.prompt_problems(draft, spec),
        warnings=rules.prompt_warnings(draft, spec),
    )


def apply_action(draft: Draft, action: FormAction) -> Draft:
    """Return the draft after the click. A slot that the action fills is left for the user to fill."""
    if action.model:
        draft = switch_model(draft, find_model(draft.model), find_model(action.model)).draft
    parked = (draft.parked | action.parks) - action.unparks
    parked = frozenset(slot for slot in parked if draft.media(slot))
    return normalized(replace(draft, parked=parked, wanted_type=action.wanted_type or draft.wanted_type))


def _unblock_action(draft: Draft, slot: Slot, spec: ModelSpec) -> FormAction:
    if not spec.capacity_of(slot):
        other = next(model for model in MODELS.values() if model.capacity_of(slot))
        return FormAction(f"Use {other.name}", model=other.id, fill_slot=None if draft.media(slot) else slot)
    conflicting = slot_rules.conflicting_slots(draft, slot, spec)
    unparks = frozenset(other for other in draft.parked if other not in spec.excluded_by(slot))
    unblocked = apply_action(draft, FormAction("", parks=conflicting, unparks=unparks))
    fill_slot = Slot.START_FRAME if slot is Slot.END_FRAME and not unblocked.used(Slot.START_FRAME) else None
    if conflicting:
        label, kind = _INSTEAD[slot]
        return FormAction(label, parks=conflicting, unparks=unparks, fill_slot=fill_slot, wanted_type=kind)
    return FormAction("Add a start frame" if fill_slot else "Use again", unparks=unparks, fill_slot=fill_slot)
