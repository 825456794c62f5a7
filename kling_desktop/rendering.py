"""`render` and `resume`: the window's queue without the window."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from kling_desktop.api.addresses import check_base
from kling_desktop.domain import states
from kling_desktop.domain.body import body_of
from kling_desktop.domain.draft import Draft, LocalImage, Media
from kling_desktop.domain.errors import NotUsable, Refusal
from kling_desktop.domain.job import Job
from kling_desktop.domain.model import Slot
from kling_desktop.domain.money import SEEN, SNAPSHOT_DATE
from kling_desktop.domain.order import Order
from kling_desktop.domain.secret import Secret
from kling_desktop.environment import take_key_from_environment
from kling_desktop.media.keeping import keep_copy
from kling_desktop.reading import judge, read_file
from kling_desktop.reporting import Reporter
from kling_desktop.session import SANDBOX_KEY, SandboxProcess, Service, Session
from kling_desktop.store.folders import Folders, clips_below
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.settings import SettingsFile
from kling_desktop.work.pace import Pace

DONE, SOME_NOT, UNREADABLE, UNKNOWN, NO_KEY, INTERRUPTED = 0, 1, 2, 3, 4, 130


class _NoKey(Exception):
    """There is no key to ask the service with."""


def render(options: argparse.Namespace) -> int:
    """Send the requests in the files, wait, download. Nothing is sent unless all of them can be."""
    drafts = _readable_drafts(options.file, options.set)
    if drafts is None:
        return UNREADABLE
    if options.dry_run:
        return _dry_run(options, drafts)
    folders = Folders.of_user()
    folder = (options.out or clips_below(folders.clips, sandbox=options.sandbox)).resolve()
    try:
        _make_ready(folder)
        drafts = [_with_own_copies(draft, folders) for draft in drafts]
    except (NotUsable, OSError) as error:
        return _complain(str(error), UNREADABLE)

    naming = SettingsFile(folders.settings).read().clip_names

    async def orders(session: Session) -> list[str]:
        await session.queue.start(origins=())
        # Every job is saved before the first is sent, so that a kill in between leaves them all resumable.
        jobs = await session.queue.save_all([Order(draft) for draft in drafts], str(folder), naming=naming)
        for job in jobs:
            await session.queue.send_now(job.id)
        return [job.id for job in jobs]

    return _run(options, folders, orders)


def resume(options: argparse.Namespace) -> int:
    """Carry on what earlier runs of render left open, the unsent included."""

    async def carries_on(session: Session) -> list[str]:
        origins = {"render", "window"} if options.all else {"render"}
        return await session.queue.start(origins, send_unsent=True)

    return _run(options, Folders.of_user(), carries_on)


def _run(options: argparse.Namespace, folders: Folders, begin: Callable[[Session], Awaitable[Sequence[str]]]) -> int:
    given = take_key_from_environment()
    try:
        if not options.sandbox:
            service, key = _far_side(options, given)
            return asyncio.run(_carry(options, folders, service, key, begin, Pace(options.poll)))
        with closing(SandboxProcess(folders.sandbox)) as child:
            pace = Pace(options.poll or child.service.poll)
            return asyncio.run(_carry(options, folders, child.service, SANDBOX_KEY, begin, pace))
    except _NoKey as error:
        return _complain(str(error), NO_KEY)
    except (NotUsable, OSError) as error:
        return _complain(str(error), UNREADABLE)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _complain("Stopped. `kling-desktop resume` carries everything on.", INTERRUPTED)


async def _carry(
    options: argparse.Namespace,
    folders: Folders,
    service: Service,
    key: Secret,
    begin: Callable[[Session], Awaitable[Sequence[str]]],
    pace: Pace,
) -> int:
    task = asyncio.current_task()
    assert task is not None
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    report = Reporter(as_json=options.json)  # by name: a signal holds its listeners weakly
    told: dict[str, Job] = {}

    def note(job: Job) -> None:
        told[job.id] = job

    session = await Session.open(service, key, folders, profile=options.profile, origin="render", pace=pace)
    try:
        session.queue.changed.connect(report.tell)
        session.queue.changed.connect(note)
        ours = await begin(session)
        await session.queue.finished()
        by_id = {job.id: job for job in session.queue.jobs} | told  # those that are done have left the queue
        return _exit_code([by_id[job_id] for job_id in ours])
    finally:
        await session.close()


def _far_side(options: argparse.Namespace, given: Secret | None) -> tuple[Service, Secret]:
    """Whom to ask, and the key for exactly that place: the keyring's goes to Leonardo alone."""
    if options.api is not None:  # an empty one is a mistake, never a wish for Leonardo itself
        base = check_base(options.api)
        if given is None:
            raise _NoKey("There is no key for this address. Set LEONARDO_API_KEY.")
        return Service(base, base), given
    key = given or Keychain().read(options.profile)
    if key is None:
        raise _NoKey("There is no API key. Store one in the window, or set LEONARDO_API_KEY.")
    return Service.leonardo(), key


def _readable_drafts(names: Sequence[str], settings: Sequence[tuple[str, str]]) -> list[Draft] | None:
    """The requests of all files; None, after saying why, when one of them can't be sent."""
    drafts = []
    for name in names:
        try:
            reading = read_file(name, settings)
        except NotUsable as error:
            _complain(f"{name}: {error}", UNREADABLE)
            continue
        problems, warnings = judge(reading)
        for control, sentence in (*problems, *warnings):
            _complain(f"{name}: {control}: {sentence}", UNREADABLE)
        if not problems:
            drafts.append(reading.draft)
    return drafts if len(drafts) == len(names) else None


def _dry_run(options: argparse.Namespace, drafts: Sequence[Draft]) -> int:
    for name, draft in zip(options.file, drafts, strict=True):
        body = body_of(draft)
        print(json.dumps({"file": name, "request": body}) if options.json else f"{name}: {body}")
    costs = [cost.amount for draft in drafts if (cost := SEEN.of(draft))]
    _complain(
        f"{len(drafts)} to send, about ${sum(costs, Decimal(0))} (prices of {SNAPSHOT_DATE}). Nothing was sent.", 0
    )
    return DONE


def _make_ready(folder: Path) -> None:
    """Before anything is paid for: can the clips go there?"""
    advice = "Choose another folder with --out."
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotUsable(f"The clips can't go to {folder}: {error.strerror}.", advice) from error
    if not os.access(folder, os.W_OK):
        raise NotUsable(f"The folder {folder} can't be written to.", advice)


def _with_own_copies(draft: Draft, folders: Folders) -> Draft:
    """The draft with its pictures copied, so that a resume finds them whatever happens to the originals."""

    def kept(media: Media) -> Media:
        if not isinstance(media, LocalImage):
            return media
        return keep_copy(Path(media.file), folders.media).as_media

    for slot in Slot:
        draft = draft.holding(slot, tuple(kept(media) for media in draft.used(slot)))
    return replace(draft, parked=frozenset())


def _exit_code(jobs: Sequence[Job]) -> int:
    if any(isinstance(job.state, states.Unknown | states.Sending) for job in jobs):
        return UNKNOWN
    if any(isinstance(job.state, states.Refused) and job.state.why is Refusal.KEY for job in jobs):
        return NO_KEY
    return DONE if all(isinstance(job.state, states.Done) for job in jobs) else SOME_NOT


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code
