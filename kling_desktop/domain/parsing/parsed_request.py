"""A request from outside as it was understood, with what is wrong with it."""

from dataclasses import dataclass

from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Problem


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """What was understood of a text from outside.

    Attributes:
        draft: The request.
        problems: What keeps it from being sent as it is.
        warnings: What the parser assumed, or passed along without understanding it.
        preset: The preset that the text was, if it was one. `draft` is then that preset on an empty form.
    """

    draft: Draft
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    preset: Preset | None = None
