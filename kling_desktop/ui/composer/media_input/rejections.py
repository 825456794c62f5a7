"""What a slot did not take, and why: kept until the next act, or until it has been read."""

from dataclasses import dataclass

from kling_desktop.domain.request.form import Form, FormAction
from kling_desktop.domain.request.models import Slot


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something was not taken, perhaps with the click that opens the slot."""

    sentence: str
    action: FormAction | None = None
    blocked: str = ""


class Rejections:
    """One a slot, the latest."""

    def __init__(self) -> None:
        self._kept: dict[Slot, Rejection] = {}

    def of(self, slot: Slot, form: Form) -> Rejection | None:
        """What was not taken there lately; it is over once the slot has been opened or shut since."""
        said = self._kept.get(slot)
        return said if said and said.blocked == form.slot(slot).blocked_reason else None

    def record(self, slot: Slot, sentence: str, form: Form) -> None:
        """A shut slot offers what opens it."""
        control = form.slot(slot)
        self._kept[slot] = Rejection(sentence, control.action, control.blocked_reason)

    def clear(self, *slots: Slot) -> None:
        """Those of these slots, or all."""
        for slot in slots or tuple(self._kept):
            self._kept.pop(slot, None)
