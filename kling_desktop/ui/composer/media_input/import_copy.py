"""Copies files and raw pictures into the app's own folder, as media for the draft."""

from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.library.lineage import from_frame
from kling_desktop.domain.request.draft import LocalImage, StoredMedia
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_signatures import MOV, MP4
from kling_desktop.media.file_type import detect_file_type
from kling_desktop.media.image.import_copy import import_image, import_image_bytes
from kling_desktop.services.library.own_clip import FindByContent, base_video_of, find_own_clip
from kling_desktop.ui.composer.media_input.drop_data import FirstFrame, RawImage

# Names for clipboard pictures that have none.
_PASTED = "Pasted picture"


def copy_file(path: Path, folder: Path, find_clip: FindByContent) -> LocalImage | str:
    """The picture at `path`, or the first frame of the clip there, copied into `folder`; or a sentence that says why
    it can't be used.
    """
    try:
        if detect_file_type(path) in (MP4, MOV):
            return _copy_first_frame(path, folder, find_clip)
        return import_image(path, folder).as_local_image
    except UserError as bad:
        return _about(path.name, str(bad))
    except OSError as error:
        return _no_room(folder, error)


def copy_raw(raw: RawImage, folder: Path) -> LocalImage | str:
    """As `copy_file`, for a picture that came without a file."""
    try:
        return import_image_bytes(raw.as_bytes(), raw.name or _PASTED, folder).as_local_image
    except BadMedia as bad:
        return str(bad)
    except OSError as error:
        return _no_room(folder, error)


def read_base_video(path: Path, find_clip: FindByContent) -> StoredMedia | str:
    """The clip in a file as the video to edit; or a sentence that says why it can't be."""
    try:
        detect_file_type(path)
        return base_video_of(path, find_clip)
    except UserError as bad:
        return _about(path.name, str(bad))
    except OSError as error:
        return f"“{path.name}” can't be read: {os_error_reason(error)}."


def _copy_first_frame(path: Path, folder: Path, find_clip: FindByContent) -> LocalImage:
    from kling_desktop.media.video.frame_grab import grab_frame  # loaded only when a frame is taken

    job, _ = find_own_clip(path, find_clip)
    return from_frame(grab_frame(path, 0, folder).as_local_image, job, 0)


def copy_frame(frame: FirstFrame, folder: Path) -> LocalImage | str:
    """As `copy_file`, for the first frame of a clip, exactly as it is shown."""
    from kling_desktop.media.video.frame_grab import grab_frame  # loaded only when a frame is taken

    try:
        image = grab_frame(frame.file, 0, folder).as_local_image
    except BadMedia as bad:
        return str(bad)
    except OSError as error:
        return _no_room(folder, error)
    return replace(image, origin=replace(frame.origin, frame=0) if frame.origin else None)


def _about(name: str, sentence: str) -> str:
    return sentence if name in sentence else f"“{name}”: {sentence[:1].lower()}{sentence[1:]}"


def _no_room(folder: Path, error: OSError) -> str:
    reason = os_error_reason(error)
    return f"The picture can't be copied to {folder}: {reason}. Free some space there, then drop it again."
