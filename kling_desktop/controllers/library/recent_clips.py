"""What the form draws on while it is filled in: earlier prompts, clips to edit, posters."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.draft_from_clip import clip_video
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.library.library import Library
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice

_OFFERED = 6
"""How many clips are offered for editing: as many as can be told apart at a glance."""


class RecentClips:
    """Answers every key press from memory: from the jobs, and from the clips that are worth learning from.

    posters_found is called when `poster_of` has more to answer.
    """

    def __init__(
        self, context: AppContext, queue: JobQueue, library: Library, posters_found: Callable[[], object]
    ) -> None:
        self._tasks = context.tasks
        self._queue = queue
        self._library = library
        self._posters_found = posters_found
        self._clips: tuple[Job, ...] = ()
        self._prompts: tuple[str, ...] = ()
        self._posters: dict[str, Path | None] = {}
        on = context.connections.on
        on(queue.events.changed, self._forget_prompts)
        on(queue.events.removed, self._forget_prompts)
        on(library.added, self._add)
        on(library.removed, self._remove)

    async def load(self) -> None:
        """Read the clips that are worth learning from."""
        self._clips = _merged(self._clips, await self._library.recent_for_learning())
        self._forget_prompts()
        self._posters_found()

    def prompts(self) -> tuple[str, ...]:
        """The prompts sent before, each once, latest first."""
        if not self._prompts:
            jobs = sorted((*self._queue.jobs, *self._clips), key=_age, reverse=True)
            self._prompts = tuple(dict.fromkeys(job.draft.prompt for job in jobs))
        return self._prompts

    def editable(self) -> tuple[ClipChoice, ...]:
        """The newest clips that can be edited."""
        made = ((clip_video(job), job.draft.prompt) for job in self._clips)
        return tuple(islice((ClipChoice(video, prompt) for video, prompt in made if video), _OFFERED))

    def poster_of(self, image: str) -> Path | None:
        """The poster of the clip with that image ID, once it is known whether there is one."""
        if image not in self._posters:
            self._posters[image] = None
            self._tasks.spawn(self._find_poster(image), f"poster of {image}")
        return self._posters[image]

    def preset_poster(self, preset: str) -> Path | None:
        """The poster of the newest clip made with the preset of that ID."""
        made = (job.state for job in self._clips if isinstance(job.state, Done) and job.draft.preset == preset)
        return next((Path(done.poster_file) for done in made if done.poster_file), None)

    async def _find_poster(self, image: str) -> None:
        clip = await self._library.find_by_video_id(image)
        if clip and clip.poster:
            self._posters[image] = Path(clip.poster)
            self._posters_found()

    def _forget_prompts(self, _job: object = None) -> None:
        self._prompts = ()

    def _add(self, clips: tuple[Clip, ...]) -> None:
        self._clips = _merged(self._clips, clips)
        self._forget_prompts()
        self._posters.update((clip.done.image, Path(clip.poster)) for clip in clips if clip.poster)
        self._posters_found()

    def _remove(self, clips: tuple[Clip, ...]) -> None:
        gone = {clip.id for clip in clips}
        self._clips = tuple(job for job in self._clips if job.id not in gone)
        self._forget_prompts()
        self._posters = {image: path for image, path in self._posters.items() if path}


def _merged(known: Iterable[Job], clips: Iterable[Clip]) -> tuple[Job, ...]:
    by_id = {job.id: job for job in known} | {clip.id: clip.job for clip in clips}
    return tuple(sorted(by_id.values(), key=_age, reverse=True))


def _age(job: Job) -> float:
    return job.created_at
