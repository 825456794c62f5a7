"""`render` and `resume`: the window's queue without the window."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path

from kling_desktop.api.base_url import normalize_base_url
from kling_desktop.cli.dry_run import dry_run
from kling_desktop.cli.reporter import Reporter
from kling_desktop.domain.errors import KlingError, RefusalReason, UserError, os_error_reason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.spending.limits import PriceSettings, start_of_day
from kling_desktop.environment import take_key_from_environment
from kling_desktop.sandbox_process import SandboxProcess
from kling_desktop.services.batch.batch import check_requests, import_into, plan_batch
from kling_desktop.services.batch.request_files import FileRequest, find_problems, read_all, user_preset_finder
from kling_desktop.services.jobs.submission import SubmitOptions
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.session import SANDBOX_KEY, Service, Session
from kling_desktop.store.folders import Folders, clips_folder
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.settings import Settings, SettingsFile

log = logging.getLogger(__name__)

_PATIENCE = 10.0
"""Seconds to hear from the account before the first job goes."""
DONE, SOME_NOT, UNREADABLE, UNKNOWN, NO_KEY, INTERRUPTED = 0, 1, 2, 3, 4, 130


class _NoKey(Exception):
    """There is no key to ask the service with."""


def render(options: argparse.Namespace) -> int:
    """Send the requests in the files, wait, download. Nothing is sent unless all of them can be."""
    asked = _readable(options.file, options.set)
    if asked is None:
        return UNREADABLE
    folders = Folders.for_user()
    if options.dry_run:
        return dry_run(options, folders, asked)
    folder = (options.out or clips_folder(folders.clips, sandbox=options.sandbox)).resolve()
    try:
        _make_ready(folder)
        settings = _settings(folders)
        ready = check_requests(asked, import_into(folders.media))
    except (UserError, OSError) as error:
        return _complain(str(error), UNREADABLE)
    if worst := [f"{one.request.place}: {sentence}" for one in ready for _, sentence in one.problems]:
        return _complain("\n".join(worst), UNREADABLE)

    async def orders(session: Session) -> list[str]:
        going_on, left, news = await plan_batch(session.queue, ready, force=options.again)
        for sentence in news:
            _complain(sentence, 0)
        # Every job is saved before the first is sent, so that a kill in between leaves them all resumable.
        paused = SubmitOptions(str(folder), filename_template=settings.clip_names, is_paused=True)
        jobs = await session.queue.submit(left, paused)
        ours = [*going_on, *(job.id for job in jobs)]
        for job_id in ours:
            await session.queue.pending.send_now(job_id)
        return ours

    return _run(options, folders, settings, orders)


def resume(options: argparse.Namespace) -> int:
    """Carry on what earlier runs of render left open, the unsent included."""

    async def carries_on(session: Session) -> list[str]:
        origins = {"render", "window"} if options.all else {"render"}
        return await session.queue.start(origins, send_pending=True)

    folders = Folders.for_user()
    try:
        settings = _settings(folders)
    except UserError as error:
        return _complain(str(error), UNREADABLE)
    return _run(options, folders, settings, carries_on)


def _settings(folders: Folders) -> Settings:
    """What the user set; UserError where it can't be read, for there may be a cap in it."""
    file = SettingsFile(folders.settings)
    settings = file.read()
    if file.problem:
        raise UserError(file.problem)
    return settings


def _run(
    options: argparse.Namespace,
    folders: Folders,
    settings: Settings,
    begin: Callable[[Session], Awaitable[Sequence[str]]],
) -> int:
    given = take_key_from_environment()
    try:
        if not options.sandbox:
            service, key = _far_side(options, given)
            return asyncio.run(_carry(options, folders, settings, service, key, begin, PollSchedule(options.poll)))
        with closing(SandboxProcess(folders.sandbox)) as child:
            service = Service.sandbox(child.base)
            schedule = PollSchedule(options.poll or service.poll)
            return asyncio.run(_carry(options, folders, settings, service, SANDBOX_KEY, begin, schedule))
    except _NoKey as error:
        return _complain(str(error), NO_KEY)
    except (UserError, OSError) as error:
        return _complain(str(error), UNREADABLE)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _complain("Stopped. Run `kling-desktop resume` to continue.", INTERRUPTED)


async def _carry(
    options: argparse.Namespace,
    folders: Folders,
    settings: Settings,
    service: Service,
    key: Secret,
    begin: Callable[[Session], Awaitable[Sequence[str]]],
    pace: PollSchedule,
) -> int:
    task = asyncio.current_task()
    assert task is not None
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    report = Reporter(as_json=options.json)  # by name: a signal holds its listeners weakly
    told: dict[str, Job] = {}

    def note(job: Job) -> None:
        told[job.id] = job

    def terms() -> PriceSettings:
        return PriceSettings(settings.spending_limits, settings.user_prices, start_of_day(time.time()))

    session = await Session.open(
        service, key, folders, profile=options.profile, submitted_from="render", schedule=pace, price_settings=terms
    )
    kept: dict[str, str] = {}

    def keep(job_id: str, why: str) -> None:
        kept[job_id] = why

    try:
        session.queue.events.changed.connect(report.tell)
        session.queue.events.changed.connect(note)
        session.queue.events.limit_reached.connect(keep)
        await _ask_account(session)
        ours = await begin(session)
        await session.queue.wait_until_idle()
        if kept:
            _complain(_left_unsent(list(kept.values()), folders), SOME_NOT)
        by_id = {job.id: job for job in session.queue.jobs} | told  # those that are done have left the queue
        return _exit_code([by_id[job_id] for job_id in ours])
    finally:
        await session.close()


async def _ask_account(session: Session) -> None:
    """So that no more go at once than it has room for. An answer that doesn't come keeps nobody."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await session.get_account()
    except (KlingError, TimeoutError) as error:
        log.info("the account can't be asked for its number of slots: %s", error)


def _far_side(options: argparse.Namespace, given: Secret | None) -> tuple[Service, Secret]:
    """Whom to ask, and the key for exactly that place: the keyring's goes to Leonardo alone."""
    if options.api is not None:  # an empty one is a mistake, never a wish for Leonardo itself
        base = normalize_base_url(options.api)
        if given is None:
            raise _NoKey("There is no key for this address. Set LEONARDO_API_KEY.")
        return Service(base, base), given
    key = given or Keychain().read(options.profile)
    if key is None:
        raise _NoKey("There is no API key. Store one in the window, or set LEONARDO_API_KEY.")
    return Service.leonardo(), key


def _readable(names: Sequence[str], settings: Sequence[tuple[str, str]]) -> list[FileRequest] | None:
    """The requests of all files; None, after saying why, when one of them can't be sent."""
    all_asked, is_sound = list[FileRequest](), True
    find_preset = user_preset_finder()
    for name in names:
        try:
            asked = read_all(name, settings, find_preset)
        except UserError as error:
            is_sound = bool(_complain(f"{name}: {error}", False))
            continue
        for one in asked:
            problems, warnings = find_problems(one.parsed)
            for control, sentence in (*problems, *warnings):
                _complain(f"{one.place}: {control}: {sentence}", UNREADABLE)
            is_sound = is_sound and not problems
        all_asked += asked
    return all_asked if is_sound else None


def _make_ready(folder: Path) -> None:
    """Before anything is paid for: can the clips go there?"""
    advice = "Choose another folder with --out."
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Clips can't be saved in {folder}: {os_error_reason(error)}.", advice) from error
    if not os.access(folder, os.W_OK):
        raise UserError(f"The folder {folder} can't be written to.", advice)


def _left_unsent(reasons: Sequence[str], folders: Folders) -> str:
    one = len(reasons) == 1
    return (
        f"{len(reasons)} {'job is' if one else 'jobs are'} left unsent. {reasons[0]} Raise the cap in the window's"
        f" Settings or in {folders.settings}, then `kling-desktop resume` sends {'it' if one else 'them'}."
    )


def _exit_code(jobs: Sequence[Job]) -> int:
    if any(isinstance(job.state, job_states.Unknown | job_states.Sending) for job in jobs):
        return UNKNOWN
    if any(isinstance(job.state, job_states.Refused) and job.state.reason is RefusalReason.KEY for job in jobs):
        return NO_KEY
    return DONE if all(isinstance(job.state, job_states.Done) for job in jobs) else SOME_NOT


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code
