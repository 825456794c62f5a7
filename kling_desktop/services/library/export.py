"""Copies clips to another folder, with names from a template. Blocks; run it on a thread."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kling_desktop.atomic_file import part_file, sync_folder
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.filename_template import clip_filename
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.clips.clip_settings import find_settings, write_settings
from kling_desktop.store.files.unique_names import move_to_unique_name


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The copies, in order, and the files that were missing."""

    files: tuple[Path, ...]
    missing: tuple[Path, ...]


def export_clips(
    jobs: Sequence[Job], folder: Path, filename_template: str, progress: TaskProgress | None = None
) -> ExportResult:
    """Copy the clips of jobs, byte for byte. A copy gets its name once it is complete, and never replaces another file.
    Settings that are kept beside a clip are kept beside its copy.

    Raises:
        OSError: The folder can't be written to; what was copied by then stays.
    """
    progress = progress or TaskProgress()
    made, missing = [], []
    for number, job in enumerate(jobs):
        progress.update(number, len(jobs))
        file = Path(job.state.file if isinstance(job.state, Done) else "")
        if not file.is_file():
            missing.append(file)
            continue
        asked = datetime.fromtimestamp(job.created_at).astimezone()
        copy = copy_to_unique_name(file, folder / clip_filename(filename_template, job, asked))
        if settings := find_settings(file):
            write_settings(folder, content_digest(copy), settings)
        made.append(copy)
    if made:
        sync_folder(folder)
    progress.update(1, 1)
    return ExportResult(tuple(made), tuple(missing))


def copy_to_unique_name(file: Path, wanted: Path) -> Path:
    """Copy a file with its times, to the first numbered name that is free."""
    with part_file(wanted) as part:
        shutil.copyfile(file, part)
        with suppress(OSError):  # memory cards can't store such times
            os.utime(part, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
        return move_to_unique_name(part, wanted)
