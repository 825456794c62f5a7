"""How a place of the form looks: its control and picture as a SlotView."""

from dataclasses import replace

from PySide6.QtGui import QImage

from kling_desktop.domain.request.draft import MEDIA_KINDS, UPLOADED, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.form import Control
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.request.models import FRAMES, Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.widgets import SlotState, SlotView

_HINT = "Drop, paste or browse"
RETRY = "RETRY"
"""The tag of a picture whose upload failed."""


def slot_view(control: Control[tuple[Media, ...]], place: Place, picture: QImage | None, on_its_way: str) -> SlotView:
    """What `place` shows; `picture` is its media's preview, if there is one."""
    held = control.value
    if on_its_way:
        return SlotView(SlotState.BUSY, on_its_way, picture, removable=True)
    if place.at >= len(held):
        if control.blocked_reason:
            is_said_above = control.action is not None and control.action.wanted_type is not None
            return SlotView(SlotState.SHUT, control.blocked_reason, quiet=is_said_above)
        hint = "Drop a clip or paste its ID" if not place.takes_images else f"{place.name}\n{_HINT}"
        return SlotView(SlotState.EMPTY, hint, badge="" if place.is_single else str(place.at + 1))
    media = held[place.at]
    state = _state(control, media, picture)
    told, note = _told(media, place), media.note if isinstance(media, LocalImage) else ""
    tag = _tag(media, place)
    match state:
        case SlotState.PARKED:
            text = control.blocked_reason
        case SlotState.PROBLEM:
            text = control.problems[0]
        case SlotState.ID_ONLY:
            text = name_of(media)
        case _:
            text = ""
    caption = told
    if place.slot not in FRAMES:
        # No room for captions: the tooltip shows them.
        text, caption = _joined(text, told, note), ""
    elif note:
        # A word for what was done; the tooltip has the whole sentence.
        text = _joined(text, note)
        tag = note.split()[0].upper()
    badge = "" if place.is_single else str(place.at + 1)
    proven = isinstance(media, StoredMedia) and media.is_known is True and place.takes_images
    return SlotView(state, text, picture, caption=caption, tag=tag, badge=badge, removable=True, proven=proven)


def with_upload_shown(view: SlotView, upload: UploadStatus | None, place: Place) -> SlotView:
    """`view` of a picture that is being uploaded; Generate stays enabled meanwhile."""
    if upload is None or view.state is not SlotState.FILLED:
        return view
    if upload.error:
        told = f"Not uploaded yet: {upload.error} The upload is retried when you generate"
        caption = "Upload failed" if place.slot in FRAMES else ""
        return replace(view, text=_joined(view.text, told), caption=caption, tag=RETRY, refused=True)
    if upload.is_done:
        text, tag = _joined(view.text, "Uploaded"), view.tag
        if place.slot in FRAMES and not view.tag and not view.whole:
            text, tag = view.text, UPLOADED
        return replace(view, text=text, tag=tag)
    percent = "" if upload.percent is None else f"{upload.percent} %"
    return replace(view, state=SlotState.UPLOADING, text=_joined(view.text, percent), tag="", percent=upload.percent)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _tag(media: Media, place: Place) -> str:
    """The kind of an ID; or that Leonardo doesn't know it."""
    if not isinstance(media, StoredMedia):
        return ""
    if media.is_known is False:
        return "NOT FOUND"
    return media.kind if place.takes_images else ""


def name_of(media: Media) -> str:
    """A short name for people: the file's, or the start of the ID."""
    match media:
        case StoredMedia():
            return media.id if len(media.id) <= 14 else f"{media.id[:13]}…"
        case Placeholder():
            return media.text
    return media.name


def _state(control: Control[tuple[Media, ...]], media: Media, picture: QImage | None) -> SlotState:
    if control.is_parked:
        return SlotState.PARKED
    if control.problems and (_is_unusable(media) or not any(_is_unusable(other) for other in control.value)):
        return SlotState.PROBLEM
    if picture is None and isinstance(media, StoredMedia):
        return SlotState.ID_ONLY
    return SlotState.FILLED


def _is_unusable(media: Media) -> bool:
    """Whether this media is at fault, whatever is beside it."""
    if isinstance(media, StoredMedia):
        return not is_id(media.id) or media.kind not in MEDIA_KINDS
    return isinstance(media, Placeholder)


def _told(media: Media, place: Place) -> str:
    if isinstance(media, Placeholder):
        return ""
    if place.slot is Slot.VIDEO_REFERENCE_BASE and isinstance(media, StoredMedia) and media.seconds:
        return f"{media.seconds:.3g} s"
    return f"{media.width} × {media.height}" if media.width and media.height else ""
