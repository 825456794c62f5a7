"""A clip as it is dragged: a real file for other programs, its IDs for the form of this one."""

import json

from PySide6.QtCore import QMimeData, QUrl

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done

CLIP_MIME = "application/x-kling-clip"
"""JSON: job, generation, image (the ID that edits ask for), file, width and height in px, seconds."""


def clip_mime(job: Job) -> QMimeData | None:
    """What goes with the pointer; None unless the clip is whole on disk."""
    if not isinstance(job.state, Done):
        return None
    clip = {
        "job": job.id,
        "generation": job.state.generation,
        "image": job.state.image,
        "file": job.state.file,
        "width": job.draft.size.width,
        "height": job.draft.size.height,
        "seconds": job.draft.duration,
    }
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(job.state.file)])
    mime.setText(job.state.file)
    mime.setData(CLIP_MIME, json.dumps(clip, ensure_ascii=False).encode())
    return mime
