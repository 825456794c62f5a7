"""Export actions: copy, export, join, contact sheet, animation."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, assert_never

from PySide6.QtGui import QGuiApplication, QImage

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.library.file_tasks import FileTasks
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.actions import ExportAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.jobs.upload_plan import find_upload, with_known_uploads
from kling_desktop.domain.library.filename_template import SUFFIX
from kling_desktop.domain.request.request_body import to_curl
from kling_desktop.domain.text import plural, without_lone_surrogates
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.export.animation import AnimationFormat, AnimationOptions, write_animation
from kling_desktop.media.export.concat import ConcatResult, ConcatTags, can_join_lossless, concat
from kling_desktop.media.export.contact_sheet import CAPTION_HEIGHT, MARGIN, WIDTH, SheetEntry, write_contact_sheet
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.image.thumbnail import thumbnail
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.services.clips.clip_metadata import build_concat_metadata, clip_title, to_json
from kling_desktop.services.library.export import export_clips
from kling_desktop.services.library.file_verifier import verified
from kling_desktop.ui.export.animate_dialog import AnimateDialog
from kling_desktop.ui.export.captions import caption, ending_credentials
from kling_desktop.ui.export.concat_dialog import ConcatDialog
from kling_desktop.ui.export.file_manager import show_in_folder
from kling_desktop.ui.export.files_mime import files_mime
from kling_desktop.ui.library.model.clip_mime import CLIP_MIME, clip_mime
from kling_desktop.ui.theme import Tone

P = ParamSpec("P")
T = TypeVar("T")

MOST_ON_A_SHEET = 100
_THUMB = (72, 48)


class ClipExporter:
    """Takes finished clips out of the app, in their order, and says what came of it."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._files = FileTasks(context)
        self._animation = AnimationOptions()

    def perform(self, action: ExportAction, jobs: Sequence[Job], value: int = 0) -> None:
        """Do it with those of these that are clips. value: the number of the frame to copy, 0 first."""
        clips = [job for job in jobs if isinstance(job.state, Done)]
        if not clips:
            return
        match action:
            case ExportAction.COPY_FILE:
                self._spawn(self._copy_files(clips), "copy files")
            case ExportAction.COPY_FRAME:
                self._spawn(self._copy_frame(clips[0], value), "copy a frame")
            case ExportAction.EXPORT:
                self._ask_export(clips)
            case ExportAction.JOIN:
                self._spawn(self._ask_order(clips), "ask in which order to join")
            case ExportAction.CONTACT_SHEET:
                self._spawn(self._ask_sheet(clips), "ask for a contact sheet")
            case ExportAction.ANIMATE:
                self._ask_animation(clips)
            case ExportAction.SHOW_IN_FOLDER:
                show_in_folder(_file(clips[0]))
            case ExportAction.COPY_ID:
                self._copy(_image(clips[0]), "ID copied.")
            case ExportAction.COPY_CURL:
                self._copy_curl(clips)
            case _:
                assert_never(action)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._context.tasks.spawn(work, name)

    async def _copy_frame(self, job: Job, number: int) -> None:
        """Copy a frame of the clip to the clipboard as an image. The first is 0."""
        image = await asyncio.to_thread(self._proven([job], _grab), _file(job), number)
        QGuiApplication.clipboard().setImage(image)
        self._files.show_result(f"Frame {number + 1} copied as an image.")

    async def close(self) -> None:
        """Cancel all exports. When this returns, nothing is running and nothing unfinished is left."""
        await self._files.close()

    # To the clipboard

    async def _copy_files(self, jobs: Sequence[Job]) -> None:
        there = await asyncio.to_thread(lambda: [file for file in map(_file, jobs) if file.is_file()])
        if not there:
            raise UserError("The file isn't where it was.", "It may have been moved or deleted.")
        mime = files_mime(there)
        if len(jobs) == 1 and (ids := clip_mime(jobs[0])):  # pasted into the form, it is a clip to edit
            mime.setData(CLIP_MIME, ids.data(CLIP_MIME))
        QGuiApplication.clipboard().setMimeData(mime)
        copied = plural(
            len(there),
            one="File copied. Paste it into a folder, an email or a chat.",
            other="{count} files copied. Paste them into a folder, an email or a chat.",
        )
        self._show_with_missing(copied, len(jobs) - len(there))

    def _show_with_missing(self, sentence: str, missing: int, file: Path | None = None) -> None:
        """Show a result, and how many clips are not part of it because their files are missing."""
        if missing:
            skipped = plural(
                missing,
                one="1 clip was skipped: its file is missing.",
                other="{count} clips were skipped: their files are missing.",
            )
            sentence = f"{sentence} {skipped}"
        self._files.show_result(sentence, Tone.ODD if missing else Tone.OK, file)

    def _copy(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._files.show_result(said)

    def _copy_curl(self, jobs: Sequence[Job]) -> None:
        draft = with_known_uploads(jobs[0].draft, partial(find_upload, jobs[0]))
        self._copy(to_curl(draft), "Request copied as a curl command, without your key.")

    # To a place that the user chooses

    def _ask_export(self, jobs: Sequence[Job]) -> None:
        self._files.ask_folder("Export to", self._at(jobs), lambda folder: self._export(jobs, folder))

    async def _export(self, jobs: Sequence[Job], folder: Path) -> None:
        copying = partial(export_clips, jobs, folder, self._context.settings.values.clip_names)
        label = plural(len(jobs), one="Exporting 1 clip", other="Exporting {count} clips")
        done = await self._files.run(label, copying, folder, "Export cancelled. Files already copied are still there.")
        if done is None:
            return
        exported = plural(
            len(done.files),
            one="1 clip exported to {folder}.",
            other="{count} clips exported to {folder}.",
            folder=folder.name or folder,
        )
        self._show_with_missing(exported, len(done.missing), done.files[0] if done.files else None)

    async def _ask_order(self, jobs: Sequence[Job]) -> None:
        if len(jobs) < 2:
            raise UserError("Joining needs two or more clips.", "Select several with Ctrl or Shift.")
        in_time = sorted(jobs, key=lambda job: (job.created_at, job.take))
        alike = await asyncio.to_thread(self._proven(in_time, can_join_lossless), [_file(job) for job in in_time])
        pictures = await asyncio.to_thread(lambda: [_small(job) for job in in_time])
        dialog = ConcatDialog(
            self._context.theme, self._context.window, in_time, pictures, self._ask_joined, alike=alike
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_joined(self, jobs: Sequence[Job]) -> None:
        name = f"{_file(jobs[0]).stem} and {len(jobs) - 1} more{SUFFIX}"
        self._files.ask_file("Join clips", self._at(jobs) / name, "MP4 video (*.mp4)", lambda to: self._join(jobs, to))

    async def _join(self, jobs: Sequence[Job], to: Path) -> None:
        joining = self._proven(jobs, partial(concat, [_file(job) for job in jobs], info=_concat_tags(jobs)))
        label = f"Joining {len(jobs)} clips"
        made = await self._files.make(label, joining, to, "Joining cancelled. Nothing was left behind.")
        if made is None:
            return
        file, joined = made
        self._files.show_result(f"{len(jobs)} clips joined: {file.name}.{_notes(joined)}", Tone.OK, file)

    async def _ask_sheet(self, jobs: Sequence[Job]) -> None:
        if len(jobs) > MOST_ON_A_SHEET:
            raise UserError(f"A contact sheet holds at most {MOST_ON_A_SHEET} clips.", "Select fewer.")
        name = f"{_file(jobs[0]).stem}{f' and {len(jobs) - 1} more' if len(jobs) > 1 else ''} contact sheet.png"
        self._files.ask_file(
            "Contact sheet", self._at(jobs) / name, "PNG image (*.png)", lambda to: self._sheet(jobs, to)
        )

    async def _sheet(self, jobs: Sequence[Job], to: Path) -> None:
        width = WIDTH - 2 * MARGIN
        entries = [SheetEntry(_file(job), caption(job, n, width, CAPTION_HEIGHT)) for n, job in enumerate(jobs, 1)]
        drawing = self._proven(jobs, partial(write_contact_sheet, entries))
        cancelled = "Contact sheet cancelled. Nothing was left behind."
        made = await self._files.make("Drawing a contact sheet", drawing, to, cancelled)
        if made:
            self._files.show_result(f"Contact sheet saved: {made[0].name}.", Tone.OK, made[0])

    def _ask_animation(self, jobs: Sequence[Job]) -> None:
        job = jobs[0]
        dialog = AnimateDialog(
            self._context.theme,
            self._context.window,
            self._animation,
            job.draft.size.width,
            partial(self._ask_animation_file, job),
            ending_credentials(jobs),
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_animation_file(self, job: Job, options: AnimationOptions) -> None:
        self._animation = options
        name = f"{_file(job).stem}.{options.format}"
        kind = {AnimationFormat.WEBP: "WebP (*.webp)", AnimationFormat.GIF: "GIF (*.gif)"}[options.format]
        self._files.ask_file("Animation", self._at([job]) / name, kind, partial(self._animate, job, options))

    async def _animate(self, job: Job, options: AnimationOptions, to: Path) -> None:
        label = {AnimationFormat.WEBP: "Making a WebP", AnimationFormat.GIF: "Making a GIF"}[options.format]
        animating = self._proven([job], lambda to, progress: write_animation(_file(job), to, options, progress))
        made = await self._files.make(label, animating, to, "Animation cancelled. Nothing was left behind.")
        if made:
            size = await asyncio.to_thread(lambda: made[0].stat().st_size)
            self._files.show_result(f"Animation saved: {made[0].name}, {size / 1e6:.1f} MB.", Tone.OK, made[0])

    def _proven(self, jobs: Sequence[Job], work: Callable[P, T]) -> Callable[P, T]:
        """The same work, which first verifies that no file of these clips has been changed by another program."""
        return verified(self._context.window.library.prove, [_file(job) for job in jobs], work)

    def _at(self, jobs: Sequence[Job]) -> Path:
        """The folder to offer: the one chosen last, else the clips' own."""
        return self._files.folder or _file(jobs[0]).parent


def _file(job: Job) -> Path:
    return Path(job.state.file if isinstance(job.state, Done) else "")


def _image(job: Job) -> str:
    return job.state.image if isinstance(job.state, Done) else ""


def _concat_tags(jobs: Sequence[Job]) -> ConcatTags:
    """The tags of the file that these clips are joined to."""
    prompts = "\n".join(
        f"{number}. {without_lone_surrogates(job.draft.prompt)}" for number, job in enumerate(jobs, 1)
    ).replace("\0", "")
    title = f"{len(jobs)} clips: {clip_title(jobs[0])}".replace("\0", "")
    return ConcatTags(to_json(build_concat_metadata(jobs)), title, prompts)


def _notes(joined: ConcatResult) -> str:
    """What is worth knowing about the joined clips, as sentences with a space before each."""
    notes = "" if joined.is_lossless else " The clips differed, so they were converted to match the first."
    return notes + (
        " The joined video has no sound because the clips' sound couldn't be combined."
        if joined.has_dropped_sound
        else ""
    )


def _grab(file: Path, number: int) -> QImage:
    with Decoder(file) as decoder:
        picture = decoder.frame(number).to_image()
    data = picture.tobytes("raw", "BGRX")
    return QImage(data, picture.width, picture.height, picture.width * 4, QImage.Format.Format_RGB32).copy()


def _small(job: Job) -> PixelBuffer | None:
    """A clip's poster for a list, unless it has none."""
    try:
        return thumbnail(Path(job.state.poster_file), _THUMB) if isinstance(job.state, Done) else None
    except BadMedia:
        return None
