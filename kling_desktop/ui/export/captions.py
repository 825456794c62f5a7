"""What exports say about their clips: the captions on a contact sheet, drawn in the system's font, and a warning."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QImage, QPainter

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.draft_from_clip import clip_seed
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.media.image.pixel_buffer import PixelBuffer

_BACKGROUND, _TEXT, _SECOND = QColor(19, 20, 22), QColor("#eceef0"), QColor("#a4abb3")
_SIZE = 19
"""Pixels of the image, not of the screen."""


def caption(job: Job, number: int, width: int, height: int) -> PixelBuffer:
    """One line with the clip's number on the sheet, its prompt and its settings."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(_BACKGROUND)
    font = QFont(QGuiApplication.font())
    font.setPixelSize(_SIZE)
    metrics = QFontMetrics(font)
    facts = facts_of(job)
    beside = metrics.horizontalAdvance(facts) + _SIZE
    prompt = " ".join(job.draft.prompt.split())
    words = metrics.elidedText(f"{number}   {prompt}", Qt.TextElideMode.ElideRight, width - beside)
    with QPainter(image) as painter:
        painter.setFont(font)
        painter.setPen(_TEXT)
        painter.drawText(QRect(0, 0, width, height), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.setPen(_SECOND)
        painter.drawText(QRect(0, 0, width, height), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, facts)
    return PixelBuffer(width, height, image.bytesPerLine(), bytes(image.constBits()))


def facts_of(job: Job) -> str:
    """ "Text · 16:9 · 5 s · seed 42"."""
    seed = clip_seed(job)
    parts = [type_of(job.draft).value, job.draft.size.aspect, f"{job.draft.duration} s"]
    return " · ".join(parts + ([] if seed is None else [f"seed {seed}"]))


def ending_credentials(jobs: Sequence[Job]) -> str:
    """Say that what is made from these clips has no Content Credentials, if any of them has; "" otherwise."""
    if not any(job.has_credentials for job in jobs):
        return ""
    return "Content Credentials end here: the new file has none. Export the clips to keep them."
