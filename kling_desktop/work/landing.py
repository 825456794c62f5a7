"""Bring a made video home: whole or not at all, checked, with its settings inside. Blocking; run it in a thread."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kling_desktop.domain.body import body_of
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.job import Job
from kling_desktop.domain.names import clip_name
from kling_desktop.domain.ways import Way, way_of
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.posters import make_poster
from kling_desktop.media.probe import check_clip
from kling_desktop.media.settings import read_settings, write_settings
from kling_desktop.store.atomic import sync_folder
from kling_desktop.work.ordered import with_uploads


class NotWhole(KlingError):
    """What came is not the video: it has to be fetched anew."""


@dataclass(frozen=True, slots=True)
class Landed:
    """The clip and its poster on disk; notice says in what it differs from what was asked for."""

    file: Path
    poster: Path
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where clips of one job go. posters: the app's own folder for their pictures."""

    posters: Path

    def part(self, job: Job) -> Path:
        """The file that a download grows in; beside the clip, so that the last step is a mere rename."""
        folder = Path(job.folder)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f".{job.id}.part"

    def already(self, job: Job) -> Landed | None:
        """The clip, if it came to rest before the app could note it down."""
        file = self._file(job)
        if not file.exists() or _job_inside(file) != job.id or check_clip(file, None, None, None):
            return None
        return self._landed(job, file)

    def land(self, job: Job, image: str) -> Landed:
        """Check the whole .part, write the request into it and give it its name; NotWhole if it is no whole video."""
        part = self.part(job)
        if why := check_clip(part, None, None, None):
            part.unlink(missing_ok=True)
            raise NotWhole(why, "It is fetched again.")
        with suppress(BadMedia):  # a clip that can't carry its settings is still what was paid for
            write_settings(part, _text(self._settings(job, image)))
        file = self._file(job)
        number = 2
        while file.exists():
            file = file.with_name(f"{self._file(job).stem} {number}.mp4")
            number += 1
        os.replace(part, file)
        sync_folder(file.parent)
        return self._landed(job, file)

    def clear(self, job: Job) -> None:
        """Remove what a download has left of a clip that nobody wants any more."""
        (Path(job.folder) / f".{job.id}.part").unlink(missing_ok=True)

    def _landed(self, job: Job, file: Path) -> Landed:
        poster = self.posters / f"{job.id}.jpg"
        self.posters.mkdir(parents=True, exist_ok=True)
        make_poster(file, poster)
        # Another size or length is told, not refused: it is what was paid for. An edit follows its source.
        size, seconds = job.draft.size, float(job.draft.duration)
        edit = way_of(job.draft) is Way.EDIT
        return Landed(file, poster, "" if edit else check_clip(file, size.width, size.height, seconds))

    def _file(self, job: Job) -> Path:
        day = datetime.fromtimestamp(job.created_at).astimezone().strftime("%Y-%m-%d")
        return Path(job.folder) / clip_name(day, job.draft.prompt, job.id)

    def _settings(self, job: Job, image: str) -> dict[str, Any]:
        return {
            "app": "Kling Desktop",
            "job": job.id,
            "generation": job.generation,
            "image": image,
            "seed": job.seed,
            "request": body_of(with_uploads(job)),
        }


def _text(settings: dict[str, Any]) -> str:
    # Readable by people, except for half a letter that came in with a paste, which no file takes as it is.
    return json.dumps(settings, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _job_inside(file: Path) -> str:
    """The job that a clip says it came from; "" when it is none of the app's."""
    try:
        settings = json.loads(read_settings(file) or "{}")
    except (BadMedia, ValueError):
        return ""
    return str(settings.get("job", "")) if isinstance(settings, dict) else ""
