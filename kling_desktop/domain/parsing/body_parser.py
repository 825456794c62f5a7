"""Parse a request body of any quality into a draft, with the problems found in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kling_desktop.domain.filenames import local_path
from kling_desktop.domain.parsing.expansion_marks import OPEN, as_template, expressions_in, without_marks
from kling_desktop.domain.parsing.literals import MAX_DEPTH, Expression, RepeatedKeys
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder, StoredMedia, parse_placeholder
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.request.models import ModelSpec, Size, Slot
from kling_desktop.domain.request.request_body import SOUND_KEY, media_wrapper
from kling_desktop.domain.text import list_and, plural, shorten

_GREATEST = 2**64
"""No control takes a larger number."""
_SHOWN = 60
END_FRAME_MISPRINT = "endframe"
"""How the table in the vendor's guide spells end_frame."""


_CONTROLS = frozenset({"prompt", "model", "public", "duration", "seed", "mode", "prompt_enhance", "quantity"})


def parse_body(body: Mapping[str, Any]) -> ParsedRequest:
    """Parse a request body. What can't be used becomes a problem of its control; what is missing takes a default."""
    return _BodyParser(body).parse()


class _BodyParser:
    """Goes over one body once and collects problems on the way."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._top = dict(body)
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []
        parameters = self._top.pop("parameters", None)
        if isinstance(parameters, Expression):
            self._add_problem("file", f"“parameters” is {_shown(parameters)} in this code. Write its values out")
        elif not isinstance(parameters, dict):
            self._add_problem("file", "This request has no “parameters”")
        self._parameters = dict(parameters) if isinstance(parameters, dict) else {}
        self._warn_of_repeated_keys(body)
        self._warn_of_repeated_keys(parameters)

    def parse(self) -> ParsedRequest:
        spec = find_model(str(self._top.get("model", "")))
        defaults = Draft.for_model(spec)
        prompt, blanks = self._prompt()
        draft = Draft(
            prompt=prompt,
            template_fields=blanks,
            duration=self._number("duration", defaults.duration),
            size=Size(
                self._number("width", defaults.size.width, "size"),
                self._number("height", defaults.size.height, "size"),
            ),
            public=self._public(),
            seed=self._seed(),
            mode=self._optional("mode", str),
            prompt_enhance=self._optional("prompt_enhance", str),
            quantity=self._optional("quantity", int),
            sound=self._sound(spec),
            model=self._model(defaults.model),
        )
        for slot, media in self._guidances():
            draft = draft.with_media(slot, media)
        for prefix, rest in (("", self._top), ("parameters.", self._parameters)):
            for key, value in tuple(rest.items()):
                if _is_plain(value) and _is_plain(key):
                    self._add_warning("file", f"Kling Desktop doesn't know “{prefix}{key}”. It is sent unchanged")
                else:
                    name = shorten(without_marks(f"{prefix}{key}"), _SHOWN)
                    self._add_problem(
                        "file", f"“{name}” is {_shown(value)}, which isn't a value. Write one, or remove it"
                    )
                    del rest[key]
        draft = replace(draft, extra=self._top, extra_parameters=self._parameters)
        return ParsedRequest(draft, tuple(self._problems), tuple(self._warnings))

    def _add_problem(self, control: str, message: str) -> None:
        self._problems.append(Problem(control, message))

    def _add_warning(self, control: str, message: str) -> None:
        self._warnings.append(Problem(control, message))

    def _warn_of_repeated_keys(self, found: Any) -> None:
        for key in found.repeated if isinstance(found, RepeatedKeys) else ():
            control = "size" if key in ("width", "height") else key if key in _CONTROLS else "file"
            self._add_warning(control, f"“{key}” appears more than once. The last value is used: {_shown(found[key])}")

    def _prompt(self) -> tuple[str, tuple[str, ...]]:
        """Return the prompt, with blanks for what a shell or a program would have filled in, and their names."""
        prompt = self._parameters.pop("prompt", "")
        if isinstance(prompt, Expression):
            self._add_problem("prompt", f"The prompt is {_shown(prompt)} in this code. Write the prompt itself")
            return "", ()
        if not isinstance(prompt, str):
            self._add_problem("prompt", "The prompt must be text")
            return "", ()
        if OPEN not in prompt:
            return prompt, ()
        names = expressions_in(prompt)
        one = "The text doesn't say what {names} is in the prompt. Write it out"
        other = "The text doesn't say what {names} are in the prompt. Write them out"
        self._add_problem("prompt", plural(len(names), one=one, other=other, names=list_and(names)))
        return as_template(prompt)

    def _model(self, default: str) -> str:
        if "model" not in self._top:
            self._add_warning("model", f"“model” is missing. {default} is used")
        model = self._top.pop("model", default)
        if isinstance(model, str) and OPEN not in model:
            return model
        self._add_problem("model", f"“model” must be text, not {_shown(model)}")
        return default

    def _public(self) -> bool:
        if "public" not in self._top:
            self._add_warning("public", "“public” is missing. The video will be private")
        public = self._top.pop("public", False)
        if isinstance(public, bool):
            return public
        self._add_problem("public", "“public” must be true or false")
        return False

    def _sound(self, spec: ModelSpec) -> bool:
        """Read whether to make sound. In a model without sound the key is one that isn't known."""
        if not spec.has_sound:
            return False
        if SOUND_KEY not in self._parameters:
            self._add_warning("sound", f"“{SOUND_KEY}” is missing. The clip will have no sound")
        sound = self._parameters.pop(SOUND_KEY, False)
        if isinstance(sound, bool):
            return sound
        self._add_problem("sound", f"“{SOUND_KEY}” must be true or false")
        return False

    def _number(self, key: str, default: int, control: str = "") -> int:
        control = control or key
        if key not in self._parameters:
            self._add_warning(control, f"“{key}” is missing. {default} is used")
            return default
        value = self._parameters.pop(key)
        if _is_whole(value):
            return int(value)
        self._add_problem(control, f"“{key}” must be a whole number, not {_shown(value)}")
        return default

    def _seed(self) -> int | Placeholder | None:
        seed = self._parameters.get("seed")
        if isinstance(seed, str) and (placeholder := parse_placeholder(seed)):
            del self._parameters["seed"]
            return placeholder
        if isinstance(seed, Expression):
            del self._parameters["seed"]
            self._add_problem("seed", f"“seed” must be a whole number, not {_shown(seed)}. Or leave it out")
            return None
        number: int | None = self._optional("seed", int)
        return number

    def _optional(self, key: str, kind: type[Any]) -> Any:
        value = self._parameters.pop(key, None)
        if kind is int and _is_whole(value):
            return int(value)
        if value is None or (kind is str and isinstance(value, str) and OPEN not in value):
            return value
        if kind is int:
            self._add_problem(key, f"“{key}” must be a whole number, not {_shown(value)}")
        else:
            self._add_problem(key, f"“{key}” must be text, not {_shown(value)}")
        return None

    def _guidances(self) -> Iterator[tuple[Slot, tuple[Media, ...]]]:
        guidances = self._parameters.pop("guidances", None) or {}
        if not isinstance(guidances, dict):
            self._add_problem("file", "“guidances” must be an object")
            return
        if END_FRAME_MISPRINT in guidances and Slot.END_FRAME.value not in guidances:
            self._add_warning(Slot.END_FRAME.value, f"“{END_FRAME_MISPRINT}” is read as “end_frame”")
            guidances = {("end_frame" if key == END_FRAME_MISPRINT else key): value for key, value in guidances.items()}
        for key, items in guidances.items():
            if key not in set(Slot):
                self._add_problem("file", f"“guidances.{key}” isn't known. Leonardo would refuse it")
            elif not isinstance(items, list):
                self._add_problem(key, f"“guidances.{key}” must be a list")
            else:
                slot = Slot(key)
                yield slot, tuple(media for item in items if (media := self._media(slot, item)))

    def _media(self, slot: Slot, item: Any) -> Media | None:
        wrapper = media_wrapper(slot)
        inner = item.get(wrapper) if isinstance(item, dict) else None
        if not isinstance(inner, dict):
            self._add_problem(slot.value, f"Each item needs “{wrapper}” with “id” and “type”")
            return None
        unknown = [
            *(key for key in item if key != wrapper),
            *(key for key in inner if key not in {"id", "type", "file"}),
        ]
        for key in unknown:
            self._add_problem(slot.value, f"“{key}” isn't known inside guidances. Leonardo would refuse it")
        if isinstance(inner.get("file"), str) and OPEN not in inner["file"]:
            return LocalImage(local_path(inner["file"]))
        media_id, kind = inner.get("id"), inner.get("type")
        if isinstance(media_id, Expression) or (isinstance(media_id, str) and OPEN in media_id):
            self._add_problem(slot.value, f"The “id” of the {wrapper} is {_shown(media_id)}. Choose the {wrapper}")
            return None
        if isinstance(media_id, str) and (placeholder := parse_placeholder(media_id)):
            return placeholder
        if not isinstance(media_id, str) or not media_id:
            self._add_problem(slot.value, f"The “id” of the {wrapper} is missing")
            return None
        if not isinstance(kind, str) or OPEN in kind:
            self._add_problem(slot.value, "“type” must be UPLOADED or GENERATED")
            return None
        return StoredMedia(media_id, kind)


def _is_whole(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_GREATEST < value < _GREATEST:
        return False
    return isinstance(value, int) or value.is_integer()


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value can be sent and stored as it is."""
    if depth > MAX_DEPTH:
        return False
    match value:
        case dict():
            return all(_is_plain(key) and _is_plain(one, depth + 1) for key, one in value.items())
        case list():
            return all(_is_plain(one, depth + 1) for one in value)
        case str():
            return OPEN not in value
        case bool() | None:
            return True
        case int() | float():
            return -_GREATEST < value < _GREATEST
    return False


def _shown(value: Any) -> str:
    """A value as an error message repeats it: its text, or what kind of value it is."""
    match value:
        case str():
            return f"“{shorten(without_marks(value), _SHOWN)}”"
        case Expression():
            return f"“{shorten(value.text, _SHOWN)}”"
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case int() | float():
            return "a number that is too large" if not -_GREATEST < value < _GREATEST else f"{value}"
    return "something else"
