"""What a library check has found, in the texts and with the buttons of its dialog."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.library_check import CheckReport, ClipFile
from kling_desktop.domain.text import plural
from kling_desktop.ui.theme import Tone

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class DownloadFiles:
    """Download the files of these clips again."""

    clips: tuple[ClipFile, ...]


@dataclass(frozen=True, slots=True)
class RemoveMissing:
    """Remove these clips from the library; their files are gone."""

    clips: tuple[ClipFile, ...]


@dataclass(frozen=True, slots=True)
class LocateFolder:
    """Look for clips in another folder than this one."""

    folder: Path


@dataclass(frozen=True, slots=True)
class MarkFolderMissing:
    """The clips in this folder were deleted."""

    folder: Path


@dataclass(frozen=True, slots=True)
class UseChanged:
    """Take the changed files of these clips for the clips."""

    clips: tuple[ClipFile, ...]


@dataclass(frozen=True, slots=True)
class AddClips:
    """Add these clips of the user's to the library."""

    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class ImportVideos:
    """Add these videos, which the app did not make, to the library."""

    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class TrashCopies:
    """Move these copies of clips to the trash."""

    files: tuple[Path, ...]


LibraryFix = DownloadFiles | RemoveMissing | MarkFolderMissing | UseChanged | AddClips | ImportVideos | TrashCopies
CheckAction = LibraryFix | LocateFolder
"""What can be done about a finding."""


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One kind of finding.

    Args:
        tone: The colour of its mark.
        word: Its mark in words.
        title: How many there are of it.
        words: What it means.
        files: Some of them by name, with what is known about each.
        offers: The words of each button and what it does.
    """

    tone: Tone
    word: str
    title: str
    words: str = ""
    files: tuple[str, ...] = ()
    offers: tuple[tuple[str, CheckAction], ...] = ()


def findings_of(report: CheckReport) -> tuple[CheckFinding, ...]:
    """What is in order first, then what needs attention, by weight."""
    found = [
        CheckFinding(
            Tone.OK,
            "In place",
            plural(report.ok, one="{count} clip is where it should be", other="{count} clips are where they should be"),
        )
    ]
    for folder, count in report.offline:
        found.append(
            CheckFinding(
                Tone.ODD,
                "Unavailable",
                plural(
                    count,
                    one="{count} clip is in a folder that is missing or empty",
                    other="{count} clips are in a folder that is missing or empty",
                ),
                "Connect its drive and check again, or show where the folder is now.",
                (str(folder),),
                (("Locate…", LocateFolder(folder)), ("They were deleted", MarkFolderMissing(folder))),
            )
        )
    if report.missing:
        count = len(report.missing)
        found.append(
            CheckFinding(
                Tone.BAD,
                "Missing",
                plural(count, one="{count} clip has lost its file", other="{count} clips have lost their files"),
                "Downloading again is free, as long as Leonardo has them.",
                _some((clip.file.name for clip in report.missing), count),
                (
                    ("Download again", DownloadFiles(report.missing)),
                    ("Look elsewhere…", LocateFolder(report.missing[0].file.parent)),
                    ("Remove from the library", RemoveMissing(report.missing)),
                ),
            )
        )
    if report.unregistered:
        files = [clip.file for clip in report.unregistered]
        found.append(
            CheckFinding(
                Tone.BUSY,
                "Not listed",
                plural(
                    len(files),
                    one="{count} clip of yours isn't in the library",
                    other="{count} clips of yours aren't in the library",
                ),
                plural(
                    len(files),
                    one="It comes with its prompt, settings and cost.",
                    other="They come with their prompts, settings and costs.",
                ),
                _some((file.name for file in files), len(files)),
                (("Import", AddClips(report.unregistered)),),
            )
        )
    if report.moved:
        told = (f"{clip.file.name}: now {file.parent.name}/{file.name}" for clip, file in report.moved)
        count = len(report.moved)
        title = plural(count, one="{count} file was moved or renamed", other="{count} files were moved or renamed")
        found.append(CheckFinding(Tone.OK, "Found", title, "The library has been updated.", _some(told, count)))
    if report.found_again:
        count = len(report.found_again)
        title = plural(count, one="{count} missing file is back", other="{count} missing files are back")
        found.append(CheckFinding(Tone.OK, "Back", title))
    if report.changed:
        found.append(_changed(report))
    if report.duplicates:
        copies = tuple(copy for copy, _ in report.duplicates)
        title = plural(len(copies), one="{count} file is a copy of a clip", other="{count} files are copies of clips")
        offers = (("Move to trash", TrashCopies(copies)),)
        names = _some((copy.name for copy in copies), len(copies))
        found.append(CheckFinding(Tone.IDLE, "Copy", title, "", names, offers))
    if report.unknown:
        count = len(report.unknown)
        told = (f"{one.file.name}: {one.description}" for one in report.unknown)
        title = plural(count, one="{count} video not made by this app", other="{count} videos not made by this app")
        usable = tuple(one.file for one in report.unknown if one.is_playable)
        add = (("Add to the library", ImportVideos(usable)),) if usable else ()
        found.append(CheckFinding(Tone.IDLE, "Other", title, "", _some(told, count), add))
    return tuple(found)


def _changed(report: CheckReport) -> CheckFinding:
    """Files changed by another program: download the original for free, or accept the new content."""
    changed, usable = report.changed, report.usable
    count = len(changed)
    title = plural(
        count, one="{count} file was changed by another program", other="{count} files were changed by other programs"
    )
    download = plural(count, one="Download the original again", other="Download the originals again")
    words = plural(
        count,
        one="Downloading the original again is free; the changed file stays beside it.",
        other="Downloading the originals again is free; the changed files stay beside them.",
    )
    offers: list[tuple[str, CheckAction]] = [(download, DownloadFiles(changed))]
    if not usable:
        unplayable = plural(count, one="The changed file can't be played.", other="The changed files can't be played.")
        words = f"{unplayable} {words}"
    elif len(usable) < count:
        playable = plural(
            len(usable), one="{count} of the changed files can be played.", other="{count} of them can be played."
        )
        words = f"{playable} {words}"
        accept = plural(len(usable), one="Use the changed file", other="Use the {count} changed files")
        offers.append((accept, UseChanged(usable)))
    else:
        words = plural(
            count,
            one="The changed file can become the clip. {download}",
            other="The changed files can become the clips. {download}",
            download=words,
        )
        offers.append((plural(count, one="Use the changed file", other="Use the changed files"), UseChanged(usable)))
    named = _some((clip.file.name for clip in changed), count)
    return CheckFinding(Tone.ODD, "Changed", title, words, named, tuple(offers))


def _some(told: Iterable[str], count: int) -> tuple[str, ...]:
    """The first few names, and how many more."""
    first = tuple(islice(told, _MOST_NAMED))
    return (*first, f"and {count - _MOST_NAMED:,} more") if count > _MOST_NAMED else first
