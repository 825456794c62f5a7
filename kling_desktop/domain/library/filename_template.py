"""Name a clip's file by a template such as "{date} {prompt:40} {seed}"."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from kling_desktop.domain.filenames import MAX_BYTES, safe_name, safe_part
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.draft_from_clip import clip_seed
from kling_desktop.domain.request.generation_type import type_of

SUFFIX = ".mp4"
DEFAULT_TEMPLATE = "{date} {prompt:60} {job:8}"
"""Used until the user writes another. The job's ID keeps any two names apart."""
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "date": "the date of the request",
        "time": "the time of the request",
        "prompt": "the prompt; {prompt:40} takes at most 40 characters of it",
        "preset": "the name of the preset",
        "take": "the number of the take",
        "seed": "the seed",
        "way": "text, start frame, references …",
        "aspect": "16x9, 1x1 or 9x16",
        "length": "5s or 10s",
        "job": "Kling Desktop's own ID of it",
        "generation": "Leonardo's ID of it",
    }
)
"""What can be used in braces, and what is put in its place."""

_MAX_LENGTH = 200
_FIELD = re.compile(r"\{(?P<name>[a-z]+)(?::(?P<most>[1-9]\d{0,2}))?\}")
_BRACE = re.compile(r"\{[^{}]*\}?|\}")


def template_problem(template: str) -> str:
    """What is wrong with a template, as a sentence; "" if it can be used."""
    if not template.strip():
        return "Enter a name for your clips."
    if len(template) > _MAX_LENGTH:
        return f"Too long: at most {_MAX_LENGTH} characters."
    for found in _BRACE.finditer(template):
        brace = found.group()
        field = _FIELD.fullmatch(brace)
        if field and field["name"] in FIELDS:
            continue
        if field or (brace.endswith("}") and len(brace) > 1):
            return f"“{brace}” isn't a field."
        return f"A brace is missing at “{template[max(0, found.start() - 8) : found.end()][:20]}”."
    return ""


def clip_filename(template: str, job: Job, submitted: datetime) -> str:
    """Return the file name of a job's clip. A template that can't be used is replaced by the default one.

    Args:
        submitted: When the job was submitted, in local time.
    """
    template = DEFAULT_TEMPLATE if template_problem(template) else template
    words = {name: safe_part(text) for name, text in _values(job, submitted).items()}
    # Shorten the longest part of a name that is too long for the disk, so that what follows it stays.
    while len((name := _filled(template, words)).encode()) > MAX_BYTES:
        longest = max((field["name"] for field in _FIELD.finditer(template)), key=lambda name: len(words[name]))
        if not words[longest]:
            name = name.encode()[:MAX_BYTES].decode(errors="ignore")
            break
        words[longest] = words[longest][:-1]
    return safe_name(name, "clip") + SUFFIX


def _filled(template: str, words: Mapping[str, str]) -> str:
    """Return the template with its fields filled in. What joins an empty field to the rest is dropped with it."""

    def value(field: re.Match[str]) -> str:
        whole = words[field["name"]]
        return (_cut(whole, int(field["most"])) if field["most"] else whole).strip() or "\0"

    text = _FIELD.sub(value, template)
    text = re.sub(r"[-_ ]*\0", lambda gone: "" if gone.start() else "\0", text)
    return safe_part(re.sub(r"\0[-_ ]*", "", text))


def _cut(text: str, most: int) -> str:
    """Return the start of a text, cut between words unless that would leave less than half."""
    cut = text[:most]
    if len(text) <= most or not text[most].isalnum() or (last := cut.rfind(" ")) < most / 2:
        return cut
    return cut[:last].rstrip(" ,;:")


def _values(job: Job, submitted: datetime) -> dict[str, str]:
    seed = clip_seed(job)
    return {
        "date": f"{submitted:%Y-%m-%d}",
        "time": f"{submitted:%H-%M-%S}",
        "prompt": job.draft.prompt,
        "preset": job.preset_name,
        "take": str(job.take),
        "seed": "" if seed is None else str(seed),
        "way": type_of(job.draft).value,
        "aspect": job.draft.size.aspect.replace(":", "x"),
        "length": f"{job.draft.duration}s",
        "job": job.id,
        "generation": job.generation,
    }
