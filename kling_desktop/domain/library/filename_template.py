"""What a clip's file is called, by a template such as "{date} {prompt:40} {seed}"."""

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
"""The template until the user writes another. A job's own letters keep any two names apart."""
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "date": "the day it was asked for",
        "time": "the time of that day",
        "prompt": "its prompt; {prompt:40} takes its words up to 40 letters",
        "preset": "the preset that was loaded",
        "take": "which take of several",
        "seed": "its seed",
        "way": "text, start frame, references …",
        "aspect": "16x9, 1x1 or 9x16",
        "length": "5s or 10s",
        "job": "the app's own number for it",
        "generation": "Leonardo's number for it",
    }
)
"""What may stand in braces, and what comes in its place."""

_LONGEST_TEMPLATE = 200
_BLANK = re.compile(r"\{(?P<name>[a-z]+)(?::(?P<most>[1-9]\d{0,2}))?\}")
_BRACE = re.compile(r"\{[^{}]*\}?|\}")


def template_problem(template: str) -> str:
    """What is wrong with a template, as a sentence; "" when clips can be named by it."""
    if not template.strip():
        return "Write what the clips are to be called."
    if len(template) > _LONGEST_TEMPLATE:
        return f"Too long: at most {_LONGEST_TEMPLATE} characters."
    for found in _BRACE.finditer(template):
        brace = found.group()
        blank = _BLANK.fullmatch(brace)
        if blank and blank["name"] in FIELDS:
            continue
        if blank or (brace.endswith("}") and len(brace) > 1):
            return f"“{brace}” stands for nothing."
        return f"A brace is missing at “{template[max(0, found.start() - 8) : found.end()][:20]}”."
    return ""


def clip_filename(template: str, job: Job, asked: datetime) -> str:
    """The name of the job's clip by a template, the usual one in place of one that won't do. asked: when it was asked
    for, in the time of this machine.
    """
    template = DEFAULT_TEMPLATE if template_problem(template) else template
    words = {name: safe_part(text) for name, text in _words(job, asked).items()}
    # A name too long for the disk loses letters of its longest part, so that what comes behind it is still there.
    while len((name := _filled(template, words)).encode()) > MAX_BYTES:
        longest = max((blank["name"] for blank in _BLANK.finditer(template)), key=lambda blank: len(words[blank]))
        if not words[longest]:
            name = name.encode()[:MAX_BYTES].decode(errors="ignore")
            break
        words[longest] = words[longest][:-1]
    return safe_name(name, "clip") + SUFFIX


def _filled(template: str, words: Mapping[str, str]) -> str:
    """The template with words for its blanks; what only joined one that is empty goes with it."""

    def word(blank: re.Match[str]) -> str:
        whole = words[blank["name"]]
        return (_cut(whole, int(blank["most"])) if blank["most"] else whole).strip() or "\0"

    text = _BLANK.sub(word, template)
    text = re.sub(r"[-_ ]*\0", lambda gone: "" if gone.start() else "\0", text)
    return safe_part(re.sub(r"\0[-_ ]*", "", text))


def _cut(text: str, most: int) -> str:
    """The beginning of a text, of whole words unless that would leave less than half."""
    cut = text[:most]
    if len(text) <= most or not text[most].isalnum() or (last := cut.rfind(" ")) < most / 2:
        return cut
    return cut[:last].rstrip(" ,;:")


def _words(job: Job, asked: datetime) -> dict[str, str]:
    seed = clip_seed(job)
    return {
        "date": f"{asked:%Y-%m-%d}",
        "time": f"{asked:%H-%M-%S}",
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
