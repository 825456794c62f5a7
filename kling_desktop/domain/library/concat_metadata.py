"""What a video that was concatenated from clips says about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.text import list_and, plural, shorten

_PROMPT_LIMIT = 120
_MAX_CLIPS = 10_000
_NAMED = 3
"""Prompts that are quoted; the others are counted."""
_QUOTE_LIMIT = 40


def write_concat_clips(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Return which clips a video was made from, in order, for its metadata."""
    return [
        {
            "job": job.id,
            "generation": job.generation,
            "image": job.state.image if isinstance(job.state, Done) else "",
            "prompt": job.draft.prompt[:_PROMPT_LIMIT],
        }
        for job in jobs
    ]


def read_concat_prompts(settings: object) -> tuple[str, ...]:
    """Return how the prompts of the clips begin; empty if the metadata isn't that of a concatenated video."""
    clips = settings.get("joined") if isinstance(settings, Mapping) else None
    if not isinstance(clips, list):
        return ()
    prompts = (clip.get("prompt") for clip in clips[:_MAX_CLIPS] if isinstance(clip, Mapping))
    return tuple(" ".join(prompt[:_PROMPT_LIMIT].split()) for prompt in prompts if isinstance(prompt, str))


def quote_prompts(prompts: Sequence[str]) -> str:
    """Quote some prompts: "“A fox”, “A kite”, “A hare” and 2 more"."""
    quotes = [f"“{shorten(prompt, _QUOTE_LIMIT)}”" for prompt in prompts[:_NAMED]]
    rest = len(prompts) - len(quotes)
    return list_and([*quotes, plural(rest, one="{count} more", other="{count} more")] if rest else quotes)
