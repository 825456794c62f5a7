"""A clip as drag data: a real file for other programs, its IDs for the form."""

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.draft_from_clip import clip_video
from kling_desktop.domain.request.draft import GENERATED, StoredMedia

CLIP_MIME = "application/x-kling-clip"
"""JSON: job, generation, image (the ID that edits need, "" without one), file, width and height in px, seconds (null if
unknown).
"""


def clip_mime(job: Job) -> QMimeData | None:
    """The drag data of one clip; None unless it is whole on disk."""
    if not isinstance(job.state, Done):
        return None
    video = clip_video(job) or StoredMedia("", GENERATED)  # a clip that Leonardo doesn't have is still a file
    clip = {
        "job": job.id,
        "generation": job.state.generation,
        "image": video.id,
        "file": job.state.file,
        "width": video.width,
        "height": video.height,
        "seconds": video.seconds,
    }
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(job.state.file)])
    mime.setText(job.state.file)
    mime.setData(CLIP_MIME, json.dumps(clip, ensure_ascii=False).encode())
    return mime


def clips_mime(jobs: Sequence[Job]) -> QMimeData | None:
    """The drag data of several clips: their files, for other programs."""
    files = [Path(job.state.file) for job in jobs if isinstance(job.state, Done)]
    if len(files) < 2:
        return next((mime for job in jobs if (mime := clip_mime(job))), None)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    mime.setText("\n".join(str(file) for file in files))
    return mime
