"""What a film that was joined from clips tells of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done

_PROMPT = 120
_MOST = 10_000
_NAMED = 3
_SHOWN = 40


def write_concat_clips(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """The clips in their order: which they are, not how to make them again."""
    return [
        {
            "job": job.id,
            "generation": job.generation,
            "image": job.state.image if isinstance(job.state, Done) else "",
            "prompt": job.draft.prompt[:_PROMPT],
        }
        for job in jobs
    ]


def read_concat_prompts(settings: object) -> tuple[str, ...]:
    """How the prompts of the clips begin; nothing where it is no film that was joined."""
    clips = settings.get("joined") if isinstance(settings, Mapping) else None
    if not isinstance(clips, list):
        return ()
    prompts = (clip.get("prompt") for clip in clips[:_MOST] if isinstance(clip, Mapping))
    return tuple(" ".join(prompt[:_PROMPT].split()) for prompt in prompts if isinstance(prompt, str))


def quote_prompts(prompts: Sequence[str]) -> str:
    """ "“A fox”, “A kite” and 2 more"."""
    said = [f"“{one if len(one) <= _SHOWN else f'{one[: _SHOWN - 1].rstrip()}…'}”" for one in prompts[:_NAMED]]
    more = len(prompts) - len(said)
    last = f"{more} more" if more else said.pop() if len(said) > 1 else ""
    return f"{', '.join(said)} and {last}" if last else said[0]
