"""A request body, of any quality, parsed into a draft with the problems found in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.models import KLING_O1, Size, Slot
from kling_desktop.domain.request.placeholders import parse_placeholder
from kling_desktop.domain.request.request_body import media_wrapper

END_FRAME_MISPRINT = "endframe"
"""The guide's table prints end_frame so."""


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """What was understood of a text from outside, what is wrong in it, and what the reader did about the rest.

    preset: the one that it was, where it was one; draft is then that preset on an empty form.
    """

    draft: Draft
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    preset: Preset | None = None


def parse_body(body: Mapping[str, Any]) -> ParsedRequest:
    """Read a request body of any quality: what can't be taken becomes a problem on its control."""
    return _BodyParser(body).reading()


class _BodyParser:
    """One pass over one body, gathering sentences on the way."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._top = dict(body)
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []
        parameters = self._top.pop("parameters", None)
        if not isinstance(parameters, dict):
            self._problems.append(Problem("file", "There are no “parameters” in this request"))
            parameters = {}
        self._parameters = dict(parameters)

    def reading(self) -> ParsedRequest:
        form = Draft()
        draft = Draft(
            prompt=self._prompt(),
            duration=self._number("duration", form.duration),
            size=Size(self._number("width", form.size.width, "size"), self._number("height", form.size.height, "size")),
            public=self._public(),
            seed=self._seed(),
            mode=self._optional("mode", str),
            prompt_enhance=self._optional("prompt_enhance", str),
            quantity=self._optional("quantity", int),
            model=self._model(),
        )
        for slot, media in self._guidances():
            draft = draft.with_media(slot, media)
        for place, left in (("", self._top), ("parameters.", self._parameters)):
            self._warnings += [
                Problem("file", f"“{place}{key}” is not known here; it is sent as it is") for key in left
            ]
        draft = replace(draft, extra=self._top, extra_parameters=self._parameters)
        return ParsedRequest(draft, tuple(self._problems), tuple(self._warnings))

    def _prompt(self) -> str:
        prompt = self._parameters.pop("prompt", "")
        if isinstance(prompt, str):
            return prompt
        self._problems.append(Problem("prompt", "The prompt must be text"))
        return ""

    def _model(self) -> str:
        if "model" not in self._top:
            self._warnings.append(Problem("model", f"No model is named; {KLING_O1.id} is used"))
        model = self._top.pop("model", KLING_O1.id)
        return model if isinstance(model, str) else str(model)

    def _public(self) -> bool:
        if "public" not in self._top:
            self._warnings.append(
                Problem("public", "“public” is missing; false is used, so that nobody else sees the video")
            )
        public = self._top.pop("public", False)
        if isinstance(public, bool):
            return public
        self._problems.append(Problem("public", "“public” must be true or false"))
        return False

    def _number(self, key: str, default: int, control: str = "") -> int:
        control = control or key
        if key not in self._parameters:
            self._warnings.append(Problem(control, f"The {key} is missing; {default} is used"))
            return default
        value = self._parameters.pop(key)
        if _is_whole(value):
            return int(value)
        self._problems.append(Problem(control, f"The {key} must be a whole number, not {_shown(value)}"))
        return default

    def _seed(self) -> int | Placeholder | None:
        seed = self._parameters.get("seed")
        if isinstance(seed, str) and (place := parse_placeholder(seed)):
            del self._parameters["seed"]
            return place
        number: int | None = self._optional("seed", int)
        return number

    def _optional(self, key: str, kind: type[Any]) -> Any:
        value = self._parameters.pop(key, None)
        if kind is int and _is_whole(value):
            return int(value)
        if value is None or (kind is str and isinstance(value, str)):
            return value
        wanted = "a whole number" if kind is int else "text"
        self._problems.append(Problem(key, f"“{key}” must be {wanted}, not {_shown(value)}"))
        return None

    def _guidances(self) -> Iterator[tuple[Slot, tuple[Media, ...]]]:
        guidances = self._parameters.pop("guidances", None) or {}
        if not isinstance(guidances, dict):
            self._problems.append(Problem("file", "“guidances” must be an object"))
            return
        if END_FRAME_MISPRINT in guidances and Slot.END_FRAME.value not in guidances:
            self._warnings.append(Problem(Slot.END_FRAME.value, f"“{END_FRAME_MISPRINT}” is read as “end_frame”"))
            guidances = {("end_frame" if key == END_FRAME_MISPRINT else key): value for key, value in guidances.items()}
        for key, items in guidances.items():
            if key not in set(Slot):
                self._problems.append(Problem("file", f"“guidances.{key}” is not known, and the service refuses it"))
            elif not isinstance(items, list):
                self._problems.append(Problem(key, f"“guidances.{key}” must be a list"))
            else:
                slot = Slot(key)
                yield slot, tuple(media for item in items if (media := self._media(slot, item)))

    def _media(self, slot: Slot, item: Any) -> Media | None:
        wrapper = media_wrapper(slot)
        inner = item.get(wrapper) if isinstance(item, dict) else None
        if not isinstance(inner, dict):
            self._problems.append(Problem(slot.value, f"Each item needs “{wrapper}” with “id” and “type”"))
            return None
        unknown = [
            *(key for key in item if key != wrapper),
            *(key for key in inner if key not in {"id", "type", "file"}),
        ]
        for key in unknown:
            self._problems.append(
                Problem(slot.value, f"“{key}” is not known inside guidances, and the service refuses it")
            )
        if isinstance(inner.get("file"), str):
            return LocalImage(inner["file"])
        media_id, kind = inner.get("id"), inner.get("type")
        if isinstance(media_id, str) and (place := parse_placeholder(media_id)):
            return place
        if not isinstance(media_id, str) or not media_id:
            self._problems.append(Problem(slot.value, f"The “id” of the {wrapper} is missing"))
            return None
        if not isinstance(kind, str):
            self._problems.append(Problem(slot.value, "“type” must be UPLOADED or GENERATED"))
            return None
        return StoredMedia(media_id, kind)


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _shown(value: Any) -> str:
    return f"“{value[:40]}”" if isinstance(value, str) else type(value).__name__ if value is not None else "nothing"
