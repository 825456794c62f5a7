"""Jobs and clips for the grid, without a library behind them: what is wanted is there at once."""

from array import array
from collections.abc import Iterable

from kling_desktop.domain import states
from kling_desktop.domain.clip import Clip
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.job import Job
from kling_desktop.domain.query import Found, Query
from kling_desktop.ui.library.model import LibraryModel

NOW = 10_000.0


def job(number: int, state: states.State) -> Job:
    """Job "j3" is older than "j2"."""
    return Job(f"j{number}", "s", "p", "window", "/clips", Draft(prompt=f"Fox {number}"), NOW - number, state)


def as_clip(job: Job) -> Clip:
    """The library's number of "j3" is 1003."""
    return Clip(job, 1000 + int(job.id[1:]))


def show(model: LibraryModel, jobs: Iterable[Job]) -> None:
    """The jobs, and the clips of those that are done, which are there as soon as they are wanted."""
    every = sorted(jobs, key=lambda job: job.created_at, reverse=True)
    clips = {clip.number: clip for job in every if isinstance(job.state, states.Done) and (clip := as_clip(job))}
    model.wanted.connect(lambda numbers: model.put_clips([clips[number] for number in numbers if number in clips]))
    moments = array("d", (clip.made_at for clip in clips.values()))
    model.show(Found(Query(), array("q", clips), moments), [job for job in every if job.state.name != "done"])
    model.put_clips(list(clips.values())[:64])


def add(model: LibraryModel, job: Job) -> None:
    model.add_clip(as_clip(job))


def shown(model: LibraryModel, row: int) -> Job:
    job = model.job(row)
    assert job is not None
    return job


def done(number: int, poster: str = "") -> Job:
    return job(number, states.Done(f"g{number}", f"i{number}", f"/clips/{number}.mp4", poster))
