"""What a check of the library has found, in the words and with the buttons of its dialog."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from kling_desktop.domain.library.library_check import CheckReport
from kling_desktop.domain.request.rules import counted
from kling_desktop.ui.theme import Tone

FETCH, GIVE_UP, LOCATE, DELETED, ACCEPT, BRING, ADOPT, BIN = (
    "fetch",
    "give_up",
    "locate",
    "deleted",
    "accept",
    "bring",
    "adopt",
    "bin",
)
"""What can be done about a finding."""
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One kind of thing found. word: what its mark says. files: some of them by name, with what is to be known of
    each. offers: (label, what to do, what with).
    """

    tone: Tone
    word: str
    title: str
    words: str = ""
    files: tuple[str, ...] = ()
    offers: tuple[tuple[str, str, object], ...] = ()


def findings_of(report: CheckReport) -> tuple[CheckFinding, ...]:
    """What is in order first, then what needs a look, in the order of its weight."""
    found = [CheckFinding(Tone.OK, "Whole", _clips(report.ok, "is where it should be", "are where they should be"))]
    for folder, count in report.offline:
        found.append(
            CheckFinding(
                Tone.ODD,
                "Away",
                f"{_clips(count, 'lies', 'lie')} in a folder that isn't there or is empty",
                "Connect its drive and check again, or show where the folder is now.",
                (str(folder),),
                (("Show where it is…", LOCATE, folder), ("They were deleted", DELETED, folder)),
            )
        )
    if report.missing:
        found.append(
            CheckFinding(
                Tone.BAD,
                "Missing",
                f"{_clips(len(report.missing), 'has', 'have')} no file any more",
                "Fetching again costs nothing, as long as Leonardo has them.",
                _some((clip.file.name for clip in report.missing), len(report.missing)),
                (
                    ("Fetch again", FETCH, report.missing),
                    ("Look elsewhere…", LOCATE, report.missing[0].file.parent),
                    ("Take off the list", GIVE_UP, report.missing),
                ),
            )
        )
    if report.unregistered:
        files = [clip.file for clip in report.unregistered]
        them = "It brings its" if len(files) == 1 else "They bring their"
        found.append(
            CheckFinding(
                Tone.BUSY,
                "Not listed",
                f"{_clips(len(files), 'of yours is', 'of yours are')} not in the library",
                f"{them} prompts, settings and costs along.",
                _some((file.name for file in files), len(files)),
                (("Bring in", BRING, report.unregistered),),
            )
        )
    if report.moved:
        told = (f"{clip.file.name} → {file.parent.name}/{file.name}" for clip, file in report.moved)
        title = _files(len(report.moved), "was moved or renamed", "were moved or renamed")
        found.append(CheckFinding(Tone.OK, "Found", title, "The library has followed.", _some(told, len(report.moved))))
    if report.found_again:
        found.append(
            CheckFinding(Tone.OK, "Back", _files(len(report.found_again), "is there again", "are there again"))
        )
    if report.changed:
        found.append(_changed(report))
    if report.duplicates:
        copies = tuple(copy for copy, _ in report.duplicates)
        title = _files(len(copies), "is a copy of a clip", "are copies of clips")
        offers = (("Move to the bin", BIN, copies),)
        found.append(
            CheckFinding(Tone.IDLE, "Copy", title, "", _some((copy.name for copy in copies), len(copies)), offers)
        )
    if report.unknown:
        strangers = report.unknown
        told = (f"{one.file.name}: {one.description}" for one in strangers)
        title = f"{counted(len(strangers), 'video')} that this app did not make"
        usable = tuple(one.file for one in strangers if one.is_playable)
        add = (("Add to the library", ADOPT, usable),) if usable else ()
        found.append(CheckFinding(Tone.IDLE, "Other", title, "", _some(told, len(strangers)), add))
    return tuple(found)


def _changed(report: CheckReport) -> CheckFinding:
    """What another program has written into clips: the original is had again for nothing, or this is the clip now."""
    changed, usable = report.changed, report.usable
    one = len(changed) == 1
    title = _files(len(changed), "was changed by another program", "were changed by other programs")
    original = "original" if one else "originals"
    words = f"Fetching the {original} again costs nothing; what is there now stays beside {'it' if one else 'them'}."
    offers: list[tuple[str, str, object]] = [(f"Fetch the {original} again", FETCH, changed)]
    if not usable:
        words = f"{'Its' if one else 'Their'} content can't be shown. {words}"
    elif len(usable) < len(changed):
        words = f"Of {len(usable)} the new content can be shown. {words}"
        offers.append((f"Take the new content of {len(usable)}", ACCEPT, usable))
    else:
        words = f"{'Its' if one else 'Their'} new content can be the clip{'' if one else 's'} from now on. {words}"
        offers.append(("Take the new content", ACCEPT, usable))
    named = _some((clip.file.name for clip in changed), len(changed))
    return CheckFinding(Tone.ODD, "Changed", title, words, named, tuple(offers))


def _some(told: Iterable[str], count: int) -> tuple[str, ...]:
    """The first of so many."""
    first = tuple(islice(told, _MOST_NAMED))
    return (*first, f"and {count - _MOST_NAMED:,} more") if count > _MOST_NAMED else first


def _clips(count: int, one: str, many: str) -> str:
    return f"{counted(count, 'clip')} {one if count == 1 else many}"


def _files(count: int, one: str, many: str) -> str:
    return f"{counted(count, 'file')} {one if count == 1 else many}"
