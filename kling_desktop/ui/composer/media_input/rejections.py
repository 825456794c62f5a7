"""What a slot rejected and why: kept until the next action, or until it has been read."""

from dataclasses import dataclass

from kling_desktop.domain.request.form import Form, FormAction
from kling_desktop.domain.request.models import Slot


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something wasn't taken, perhaps with the action that unblocks the slot."""

    sentence: str
    action: FormAction | None = None
    blocked: str = ""


class Rejections:
    """The latest rejection of each slot."""

    def __init__(self) -> None:
        self._kept: dict[Slot, Rejection] = {}

    def of(self, slot: Slot, form: Form) -> Rejection | None:
        """The slot's rejection; outdated once the slot has been blocked or unblocked since."""
        said = self._kept.get(slot)
        return said if said and said.blocked == form.slot(slot).blocked_reason else None

    def record(self, slot: Slot, sentence: str, form: Form) -> None:
        """A blocked slot offers the action that unblocks it."""
        control = form.slot(slot)
        self._kept[slot] = Rejection(sentence, control.action, control.blocked_reason)

    def clear(self, *slots: Slot) -> None:
        """Forget those of these slots, or all."""
        for slot in slots or tuple(self._kept):
            self._kept.pop(slot, None)
