"""Bring a made video home: whole or not at all, checked, with its settings inside. Blocking; run it in a thread."""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kling_desktop.atomic_file import sync_folder
from kling_desktop.domain.errors import KlingError, os_error_reason
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.filename_template import clip_filename
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.clip_metadata import write_clip_metadata
from kling_desktop.media.video.poster import write_poster
from kling_desktop.media.video.probe import clip_problem
from kling_desktop.media.video_inspector import read_clip_metadata_isolated
from kling_desktop.services.clips.clip_metadata import clip_title, settings_of, to_json
from kling_desktop.store.files.unique_names import move_to_unique_name, numbered_names

ROOM = 200_000_000
"""Bytes that a disk must have free before a clip is paid for: one of 10 seconds may take 60 million, and twice that
while its settings are written into it."""
_LEAST_ROOM = 20_000_000
_FULL = {errno.ENOSPC, errno.EDQUOT}
_SHUT = {errno.EACCES, errno.EPERM, errno.EROFS}


class IncompleteVideo(KlingError):
    """What came is not the video: it has to be fetched anew."""


class DestinationError(KlingError):
    """Nothing is wrong with the video, but its place won't take it: it goes on once that is mended."""


@dataclass(frozen=True, slots=True)
class SavedClip:
    """The clip and its poster on disk; notice says in what it differs from what was asked for."""

    file: Path
    poster: Path
    notice: str = ""


def free_disk_space(folder: Path) -> int:
    """The bytes that may still be written where that folder is."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class ClipSaver:
    """Where clips of one job go. posters: the app's own folder for their pictures. free asks a disk for its room."""

    posters: Path
    free: Callable[[Path], int] = free_disk_space

    def check_folder(self, job: Job) -> None:
        """Before anything is paid for: make the folder, and see that the clip will find room in it. NoPlace if not."""
        folder = Path(job.folder)
        with _trouble_in(folder):
            folder.mkdir(parents=True, exist_ok=True)
            tried = folder / f".{job.id}.try"
            tried.touch()
            tried.unlink()
            self._ask_for_room(folder, ROOM)

    def part_path(self, job: Job) -> Path:
        """The file that a download grows in; beside the clip, so that the last step is a mere rename.

        NoPlace where the folder is gone. It isn't made anew: the disk that holds it may only be unplugged.
        """
        folder = Path(job.folder)
        with _trouble_in(folder):
            if not folder.is_dir():
                raise DestinationError(
                    f"Its folder is gone: {folder}. It may have been moved, deleted, or unplugged with its disk.",
                    "Bring it back, or save the clip elsewhere.",
                )
            self._ask_for_room(folder, _LEAST_ROOM)
        return _part(job)

    def find_saved(self, job: Job) -> SavedClip | None:
        """The clip, if it came to rest before the app could note it down, or was just about to."""
        part = _part(job)
        with _trouble_in(part.parent):
            for left in part.parent.glob(f"{part.name}.*"):  # by an app that was killed
                left.unlink()
            file = self._found(job)
            if file:
                part.unlink(missing_ok=True)
            elif part.exists() and _is_clip_of(job, part):
                file = self._name(job, part)
        return self._landed(job, file) if file else None

    def save(self, job: Job, image: str, now: float) -> SavedClip:
        """Check the whole .part, write the request into it and give it its name; NotWhole if it is no whole video."""
        part = self.part_path(job)
        if why := clip_problem(part, None, None, None):
            part.unlink(missing_ok=True)
            raise IncompleteVideo(why, "It is fetched again.")
        with _trouble_in(part.parent):
            with suppress(BadMedia):  # a clip that can't carry its settings is still what was paid for
                settings = to_json(settings_of(job, image, now))
                asked = datetime.fromtimestamp(job.created_at).astimezone()
                write_clip_metadata(part, settings, clip_title(job), without_lone_surrogates(job.draft.prompt), asked)
            file = self._name(job, part)
        return self._landed(job, file)

    def discard_part(self, job: Job) -> None:
        """Remove what a download has left of a clip that nobody wants any more."""
        _part(job).unlink(missing_ok=True)

    def _found(self, job: Job) -> Path | None:
        """The clip among the files of its name."""
        for file in numbered_names(self._file(job)):
            if not file.exists():
                return None
            if _is_clip_of(job, file):
                return file
        return None

    def _name(self, job: Job, part: Path) -> Path:
        file = move_to_unique_name(part, self._file(job))
        sync_folder(file.parent)
        return file

    def _landed(self, job: Job, file: Path) -> SavedClip:
        poster = self.posters / f"{job.id}.jpg"
        self.posters.mkdir(parents=True, exist_ok=True)
        write_poster(file, poster)
        # Another size or length is told, not refused: it is what was paid for. An edit follows its source.
        size, seconds = job.draft.size, float(job.draft.duration)
        edit = type_of(job.draft) is GenerationType.EDIT
        return SavedClip(file, poster, "" if edit else clip_problem(file, size.width, size.height, seconds))

    def _ask_for_room(self, folder: Path, least: int) -> None:
        free = self.free(folder)
        if free < least:
            raise DestinationError(
                f"Only {free // 1_000_000:,} MB are left for it, and a clip needs {least // 1_000_000} MB: {folder}.",
                "Make room on it.",
            )

    def _file(self, job: Job) -> Path:
        asked = datetime.fromtimestamp(job.created_at).astimezone()
        return Path(job.folder) / clip_filename(job.filename_template, job, asked)


def _part(job: Job) -> Path:
    return Path(job.folder) / f".{job.id}.part"


def _is_clip_of(job: Job, file: Path) -> bool:
    return _job_inside(file) == job.id and not clip_problem(file, None, None, None)


@contextmanager
def _trouble_in(folder: Path) -> Iterator[None]:
    """What the disk refuses in the body, as what it means for the clip."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DestinationError(f"The disk is full: {folder}.", "Make room on it.") from error
        if error.errno in _SHUT:
            advice = "Change its permissions, or save the clip elsewhere."
            raise DestinationError(f"Its folder takes no files: {folder}.", advice) from error
        reason = os_error_reason(error)
        raise DestinationError(
            f"Its folder can't be used ({reason}): {folder}.", "Bring it back, or save elsewhere."
        ) from error


def _job_inside(file: Path) -> str:
    """The job that a clip says it came from; "" when it is none of the app's."""
    try:
        settings = json.loads(read_clip_metadata_isolated(file) or "{}")  # apart: the name alone may be ours
    except (BadMedia, ValueError):
        return ""
    return str(settings.get("job", "")) if isinstance(settings, dict) else ""
