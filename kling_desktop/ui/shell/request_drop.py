"""Requests from outside, dropped, pasted or opened, read into the form; and the form copied as a request."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.errors import KlingError, os_error_reason
from kling_desktop.domain.jobs.cancellation import UNDO_SECONDS
from kling_desktop.domain.jobs.upload_plan import local_images, with_known_uploads
from kling_desktop.domain.parsing.link import parse_link
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.parsing.request_table import TABLE_SUFFIXES, is_request_table
from kling_desktop.domain.presets.file_format import ARCHIVE_SUFFIX
from kling_desktop.domain.request.draft import Draft, LocalImage, Media
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.request_body import to_curl, to_json
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.domain.text import plural
from kling_desktop.domain.text_decoder import UnknownCodePage
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.media_input.drop_data import is_preset_name, is_request, local_files
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_COPIED_CURL = "The request was copied as a curl command."
_COPIED_JSON = "The request was copied as JSON."
_MOST_SAID = 6
"""Lines of notes: more would fill the window."""
_FILES = "You can paste a request (JSON, curl, code), a table (CSV, TSV), presets, or a clip made by this app."
_PICTURES = "Paste pictures with Ctrl+V over their slot."


class RequestDrop(QObject):
    """Fills the form with a single request; anything else is emitted. read reads a file and blocks."""

    preset_found = Signal(object)
    """A preset was read."""
    presets_dropped = Signal(object)
    """The names of files that hold several presets, or of several files with one each."""
    table_dropped = Signal(str)
    """A file with many requests."""
    table_pasted = Signal(str)
    code_page_requested = Signal(str, object)
    """A file can only be read once its code page is known. Carries its name and the UnknownCodePage."""

    def __init__(
        self,
        menu: FormMenu,
        composer: Composer,
        tasks: Tasks,
        tell: Callable[[Message], None],
        read: Callable[[str, str], ParsedRequest],
        upload_of: Callable[[Slot, LocalImage], UploadStatus | None] = lambda _slot, _image: None,
        import_image: Callable[[str], LocalImage] = LocalImage,
    ) -> None:
        super().__init__(menu)
        self._composer = composer
        self._tasks = tasks
        self._tell = tell
        self._read = read
        self._upload_of = upload_of
        self._import_image = import_image
        menu.paste.triggered.connect(self._paste)
        menu.copy_curl.triggered.connect(lambda: self._copy(to_curl, _COPIED_CURL))
        menu.copy_json.triggered.connect(lambda: self._copy(to_json, _COPIED_JSON))

    def can_read(self, data: QMimeData) -> bool:
        """Whether this looks like a request: a file that can hold one, a clip included, or its text."""
        return is_request(data)

    def fill(self, data: QMimeData) -> None:
        """Fill the form from what was dropped or pasted."""
        files = local_files(data)
        if len(files) > 1:
            self.presets_dropped.emit(files)
        elif files:
            self.read_file(files[0])
        else:
            self._take_text(data.text())

    def is_preset_file(self, name: str) -> bool:
        """Whether its name says that it holds presets."""
        return is_preset_name(name)

    def read_link(self, link: str) -> None:
        """Fill the form from a link of this app's."""
        self._tasks.spawn(self._fill_in(parse_link, link), "read a link")

    def read_file(self, name: str, code_page: str = "") -> None:
        """Fill the form from a file, or pass it on. code_page: of its letters, if the user has chosen it."""
        if name.lower().endswith(ARCHIVE_SUFFIX):
            self.presets_dropped.emit([name])
            return
        if PurePath(name).suffix.lower() in TABLE_SUFFIXES:
            self.table_dropped.emit(name)
            return
        self._tasks.spawn(self._fill_in(lambda file: self._read(file, code_page), name), f"read {name}")

    def take(self, reading: ParsedRequest) -> None:
        """Fill the form with what was read, as one undo step, and list what couldn't be read."""
        if reading.preset:
            self.preset_found.emit(reading.preset)
            return
        before = self._composer.draft
        # "Public" is never taken over silently.
        self._composer.replace(replace(reading.draft, public=False))
        said = [sentence for _, sentence in (*reading.problems, *reading.warnings)]
        if reading.draft.public:
            said.append("The request was public; the form isn't")
        words, tone, seconds = "The form is filled in.", Tone.OK, UNDO_SECONDS
        if said:
            words, tone, seconds = f"{words} Please note:\n{_as_list(said)}", Tone.ACCENT, 0.0
        # Later changes are steps of their own, and come back with Ctrl+Z.
        self._tell(Message(words, tone, "Undo", lambda: self._composer.replace(before), seconds))

    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if (files := local_files(data)) and not self.can_read(data):
            name = PurePath(files[0]).name
            sentence = plural(
                len(files),
                one="“{name}” doesn't contain a request. ",
                other="None of these {count} files contains a request. ",
                name=name,
            )
            self._tell(Message(f"{sentence}{_FILES} {_PICTURES}", Tone.ODD))
        else:
            self.fill(data)

    def _take_text(self, text: str) -> None:
        if is_request_table(text):
            self.table_pasted.emit(text)
        else:
            self._tasks.spawn(self._fill_in(_parse_request, text), "read a request")

    async def _fill_in(self, read: Callable[[str], ParsedRequest], source: str) -> None:
        # A file or two million characters take a while; the window keeps responding.
        try:
            reading = await asyncio.to_thread(lambda: _with_own_images(read(source), self._import_image))
        except UnknownCodePage as doubt:
            self.code_page_requested.emit(source, doubt)
        else:
            self.take(reading)

    def _copy(self, spell: Callable[[Draft], str], done: str) -> None:
        """With the IDs of the images that have gone up already; another tool can do nothing with their files."""
        draft = with_known_uploads(self._composer.draft, self._find_id)
        QGuiApplication.clipboard().setText(spell(draft))
        left = len(local_images(draft))
        note = plural(
            left,
            one="1 image isn't uploaded yet: the path of its file stands for its ID.",
            other="{count} images aren't uploaded yet: the paths of their files stand for their IDs.",
        )
        self._tell(Message(f"{done} {note}", Tone.ODD) if left else Message(done, Tone.OK))

    def _find_id(self, slot: Slot, image: LocalImage) -> str:
        upload = self._upload_of(slot, image)
        return upload.image_id if upload else ""


def _with_own_images(reading: ParsedRequest, import_image: Callable[[str], LocalImage]) -> ParsedRequest:
    """Return the request with copies of its images that can be sent, as if they had been dropped on their slots."""
    draft, problems = reading.draft, list(reading.problems)

    def own(slot: Slot, media: Media) -> Media:
        if not isinstance(media, LocalImage):
            return media
        try:
            return replace(import_image(media.file), fit=media.fit)
        except KlingError as error:
            problems.append(Problem(slot.value, str(error)))
        except OSError as error:
            problems.append(Problem(slot.value, f"The picture can't be copied: {os_error_reason(error)}."))
        return media

    for slot in Slot:
        if held := draft.media(slot):
            draft = draft.with_media(slot, tuple(own(slot, media) for media in held))
    return replace(reading, draft=draft, problems=tuple(problems))


def _parse_request(text: str) -> ParsedRequest:
    from kling_desktop.domain.parsing.request_parser import parse_request  # takes time, and runs in a thread

    return parse_request(text)


def _as_list(said: list[str]) -> str:
    """One line each; only the first of many."""
    shown = said if len(said) <= _MOST_SAID else [*said[: _MOST_SAID - 1], f"and {len(said) - _MOST_SAID + 1} more"]
    return "\n".join(f"• {sentence}" for sentence in shown)
