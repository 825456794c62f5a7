"""Saves a downloaded video as a clip: whole or not at all, checked, with its request inside.

Everything here blocks; run it on a thread.
"""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kling_desktop.atomic_file import sync_folder, write_atomic
from kling_desktop.domain.errors import KlingError, os_error_reason
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.filename_template import clip_filename
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.clip_metadata import write_clip_metadata
from kling_desktop.media.metadata.content_credentials import has_content_credentials
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.metadata.xmp import read_xmp
from kling_desktop.media.mp4_boxes import is_complete_file
from kling_desktop.media.video.poster import write_poster
from kling_desktop.media.video.probe import clip_problem
from kling_desktop.media.video_inspector import read_clip_metadata_isolated
from kling_desktop.services.clips.clip_metadata import build_clip_metadata, clip_title, to_json
from kling_desktop.services.clips.clip_settings import find_settings, write_settings
from kling_desktop.store.files.unique_names import move_to_unique_name, numbered_names
from kling_desktop.store.folders import drive_of

MIN_FREE_BYTES = 200_000_000
"""What a disk must have free before a clip is paid for. A clip of 10 seconds may take 60 million bytes, and twice that
while its metadata is written."""
_MIN_FREE_BYTES_TO_DOWNLOAD = 20_000_000
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


class IncompleteVideo(KlingError):
    """What was downloaded is not the video: it has to be downloaded again."""


class DestinationError(KlingError):
    """The video is fine, but can't be saved where it should go. The job continues once that is fixed."""


@dataclass(frozen=True, slots=True)
class SavedClip:
    """A clip and its poster on disk.

    Attributes:
        notice: How it differs from the request, or what couldn't be done.
        has_credentials: Whether it carries Content Credentials.
    """

    file: Path
    poster: Path
    notice: str = ""
    has_credentials: bool = False


def free_disk_space(folder: Path) -> int:
    """Return how many bytes can still be written where this folder is."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class ClipSaver:
    """Saves clips.

    Attributes:
        posters: The app's own folder for the clips' posters.
        get_free_bytes: Returns the free space where a folder is.
        has_clips_in: Returns whether clips were saved in a folder before.
    """

    posters: Path
    get_free_bytes: Callable[[Path], int] = free_disk_space
    has_clips_in: Callable[[Path], bool] = lambda _: False

    def check_folder(self, job: Job) -> None:
        """Create the folder and make sure that a clip fits in, before anything is paid for.

        Raises:
            DestinationError: The folder can't take the clip, or is gone with its disk.
        """
        folder = Path(job.folder)
        with _destination_errors(folder):
            check_disk(folder, self.has_clips_in)
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".{job.id}.try"
            probe.touch()
            probe.unlink()
            self._check_free_space(folder, MIN_FREE_BYTES)

    def part_path(self, job: Job) -> Path:
        """Return the file to download to. It is in the clip's folder, so that a rename finishes the clip.

        Raises:
            DestinationError: The folder is full, or gone. It isn't created again: its disk may just be unplugged.
        """
        folder = Path(job.folder)
        with _destination_errors(folder):
            if not folder.is_dir():
                raise _gone(folder)
            self._check_free_space(folder, _MIN_FREE_BYTES_TO_DOWNLOAD)
        return _part(job)

    def find_saved(self, job: Job) -> SavedClip | None:
        """Return the clip if an earlier run saved it, or was about to, but didn't get to record it."""
        part = _part(job)
        with _destination_errors(part.parent):
            for leftover in part.parent.glob(f"{part.name}.*"):  # of an app that was killed
                leftover.unlink()
            file = self._find_file(job)
            if file:
                part.unlink(missing_ok=True)
            elif part.exists() and self._is_clip_of(job, part):
                file = self._rename(job, part)
        return self._with_poster(job, file) if file else None

    def save(self, job: Job, image: str, now: float) -> SavedClip:
        """Check a finished download, write the request into it, give it its name and make its poster.

        Args:
            job: Whose clip it is.
            image: The clip's ID at the service.
            now: When it was finished.

        Raises:
            IncompleteVideo: It isn't a whole video, and was deleted.
            DestinationError: The folder can't be used.
        """
        part = self.part_path(job)
        with _destination_errors(part.parent):
            if (problem := clip_problem(part, None, None, None)) and not self._is_as_before(job, part):
                part.unlink(missing_ok=True)
                raise IncompleteVideo(problem, "It will be downloaded again.")
            notice = self._store_settings(job, part, to_json(build_clip_metadata(job, image, now)))
            file = self._rename(job, part)
        saved = self._with_poster(job, file)
        return replace(saved, notice=" ".join(filter(None, (notice, saved.notice))))

    def discard_part(self, job: Job) -> None:
        """Delete the partial download of a clip that nobody wants any more."""
        _part(job).unlink(missing_ok=True)
        self._refused(job).unlink(missing_ok=True)

    def _is_as_before(self, job: Job, part: Path) -> bool:
        """Whether a whole file that seems wrong arrived exactly like this before: that it can't be shown here must not
        keep what was paid for from being saved.
        """
        refused = self._refused(job)
        if not is_complete_file(part, may_be_open=True):
            return False
        digest = content_digest(part)
        if refused.is_file() and refused.read_text() == digest:
            return True
        write_atomic(refused, digest)
        return False

    def _refused(self, job: Job) -> Path:
        """The file that holds the digest of a download that was refused."""
        return self.posters / f"{job.id}.refused"

    def _store_settings(self, job: Job, part: Path, settings: str) -> str:
        """Write the settings into the clip, or beside it; a clip without settings is still what was paid for.

        Returns:
            What couldn't be done, as a sentence.
        """
        has_credentials = has_content_credentials(part)
        if not has_credentials:
            with suppress(BadMedia):
                prompt = without_lone_surrogates(job.draft.prompt)
                write_clip_metadata(part, settings, clip_title(job), prompt, _created_at(job))
                return ""
        try:
            write_settings(part.parent, content_digest(part), settings)
        except OSError as error:
            if error.errno in _DISK_FULL:
                raise
            return "Its settings could be stored neither in the file nor beside it. The clip itself is complete."
        return "" if has_credentials else "Its settings didn't fit into the file, so they are kept beside it."

    def _is_clip_of(self, job: Job, file: Path) -> bool:
        if _job_id_in(file) != job.id:
            return False
        is_kept_anyway = self._refused(job).is_file() and is_complete_file(file, may_be_open=True)
        return is_kept_anyway or not clip_problem(file, None, None, None)

    def _find_file(self, job: Job) -> Path | None:
        """Find the clip among the files with its name and a number."""
        for file in numbered_names(self._file(job)):
            if not file.exists():
                return None
            if self._is_clip_of(job, file):
                return file
        return None

    def _rename(self, job: Job, part: Path) -> Path:
        file = move_to_unique_name(part, self._file(job))
        sync_folder(file.parent)
        return file

    def _with_poster(self, job: Job, file: Path) -> SavedClip:
        poster = self.posters / f"{job.id}.jpg"
        self.posters.mkdir(parents=True, exist_ok=True)
        with suppress(BadMedia):  # a clip that can't be shown here; the notice says so
            write_poster(file, poster)
        # A clip of another size or duration was paid for all the same, so the user just reads about it. An edit has
        # those of its source.
        size, seconds = job.draft.size, float(job.draft.duration)
        is_edit = type_of(job.draft) is GenerationType.EDIT
        notice = "" if is_edit else clip_problem(file, size.width, size.height, seconds)
        return SavedClip(file, poster, notice, has_content_credentials(file))

    def _check_free_space(self, folder: Path, least: int) -> None:
        free = self.get_free_bytes(folder)
        if free < least:
            raise DestinationError(
                f"Only {free // 1_000_000:,} MB are free in {folder}, and a clip needs {least // 1_000_000} MB.",
                "Free up some space.",
            )

    def _file(self, job: Job) -> Path:
        return Path(job.folder) / clip_filename(job.filename_template, job, _created_at(job))


def check_disk(folder: Path, has_clips_in: Callable[[Path], bool]) -> None:
    """Make sure that a folder isn't about to be made anew on another disk, while its own isn't connected.

    Raises:
        DestinationError: Clips were saved in it before and it is gone, or its drive isn't mounted.
    """
    drive = drive_of(folder)
    if folder.is_dir():  # where a drive is missing, the place to mount it may be left, and is empty
        may_be_gone = drive is not None and not drive.is_mount() and not any(folder.iterdir())
    elif drive is not None and not drive.is_dir():
        raise _gone(folder)
    else:
        may_be_gone = True
    if may_be_gone and has_clips_in(folder):
        raise _gone(folder)


def _gone(folder: Path) -> DestinationError:
    return DestinationError(
        f"Its folder is gone: {folder}. It may have been moved, deleted, or unplugged with its disk.",
        "Bring it back, or save the clip elsewhere.",
    )


def _created_at(job: Job) -> datetime:
    return datetime.fromtimestamp(job.created_at).astimezone()


def _part(job: Job) -> Path:
    return Path(job.folder) / f".{job.id}.part"


@contextmanager
def _destination_errors(folder: Path) -> Iterator[None]:
    """Turn the disk's errors in the body into DestinationErrors."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DestinationError(f"The disk is full: {folder}.", "Free up some space.") from error
        if error.errno in _READ_ONLY:
            hint = "Change its permissions, or save the clip elsewhere."
            raise DestinationError(f"Its folder is read-only: {folder}.", hint) from error
        raise DestinationError(
            f"Its folder can't be used ({os_error_reason(error)}): {folder}.",
            "Bring it back, or save the clip elsewhere.",
        ) from error


def _job_id_in(file: Path) -> str:
    """Return the ID of the job that a clip was made by; "" if the app didn't make it."""
    if job_id := _job_id(read_xmp(file)):  # no decoder has to be asked, which may fail when the machine is busy
        return job_id
    try:
        text = read_clip_metadata_isolated(file)  # isolated: only its name may be ours
    except BadMedia:
        text = None
    return _job_id(text) or ("" if text and "{" in text else _job_id(find_settings(file)))


def _job_id(settings: str | None) -> str:
    with suppress(ValueError, RecursionError):
        metadata = json.loads(settings or "null")
        if isinstance(metadata, dict) and metadata.get("job"):
            return str(metadata["job"])
    return ""
