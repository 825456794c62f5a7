"""The commands `render` and `resume`: the job queue without the window."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from kling_desktop.api.base_url import normalize_base_url
from kling_desktop.cli.dry_run import dry_run
from kling_desktop.cli.file_problem import file_problem
from kling_desktop.cli.reporter import Reporter
from kling_desktop.domain.errors import KlingError, RefusalReason, UserError, describe_error, os_error_reason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.missing_jobs import missing_problems
from kling_desktop.domain.profiles import find_profile
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.spending.limits import PriceSettings, start_of_day
from kling_desktop.domain.text import plural
from kling_desktop.environment import forbid_core_dumps, take_key_from_environment
from kling_desktop.log_file import start_log
from kling_desktop.sandbox_process import SandboxProcess
from kling_desktop.services.batch.batch import check_requests, image_importer, plan_batch
from kling_desktop.services.batch.request_files import FileRequest, find_problems, read_requests, user_preset_finder
from kling_desktop.services.clips.clip_saver import DestinationError, check_disk
from kling_desktop.services.jobs.submission import SubmitOptions
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.session import SANDBOX_KEY, Service, Session
from kling_desktop.store.folders import Folders, clips_folder
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.library.clip_files import has_clips_in
from kling_desktop.store.profiles import ProfileFile
from kling_desktop.store.settings import Settings, SettingsFile

log = logging.getLogger(__name__)
logging.getLogger().addHandler(logging.NullHandler())  # or Python prints errors that are told anyway

_MAX_ACCOUNT_SECONDS = 10.0
"""How long to wait for the account's answer before the first job is sent."""
DONE, SOME_NOT, UNREADABLE, UNKNOWN, NO_KEY, INTERRUPTED = 0, 1, 2, 3, 4, 130


_Begin = Callable[[Session], Awaitable[Sequence[str]]]
"""Starts the queue, and returns the IDs of the jobs to run."""


class _NoKey(Exception):
    """There is no key for the service."""


def render(options: argparse.Namespace) -> int:
    """Send the requests in the files, wait for the videos and download them. It sends all of them or none."""
    requests = _read_all(options.file, options.set, options.encoding)
    if requests is None:
        return UNREADABLE
    folders = Folders.at(options.data)
    if options.dry_run:
        try:
            return dry_run(options, folders, requests)
        except (UserError, OSError) as error:
            return _fail(describe_error(error), UNREADABLE)
    folder = (options.out or clips_folder(folders.clips, sandbox=options.sandbox)).resolve()
    try:
        _check_folder(folder, folders)
        settings = _read_settings(folders)
        checked = check_requests(requests, image_importer(folders.media))
    except (UserError, OSError) as error:
        return _fail(describe_error(error), UNREADABLE)
    if problems := [f"{one.request.place}: {sentence}" for one in checked for _, sentence in one.problems]:
        return _fail("\n".join(problems), UNREADABLE)

    async def submit(session: Session) -> list[str]:
        plan = await plan_batch(session.queue, checked, force=options.again)
        for notice in plan.notices:
            _print_error(notice)
        # All jobs are saved before the first is sent, so that a kill in between leaves them all resumable.
        paused = SubmitOptions(str(folder), filename_template=settings.clip_names, is_paused=True)
        jobs = await session.queue.submit(plan.submissions, paused)
        job_ids = [*plan.resumed, *(job.id for job in jobs)]
        for job_id in job_ids:
            await session.queue.pending.send_now(job_id)
        return job_ids

    return _run(options, folders, settings, submit)


def resume(options: argparse.Namespace) -> int:
    """Continue what earlier runs of render left open, with what was never sent."""

    async def recover(session: Session) -> list[str]:
        origins = {"render", "window"} if options.all else {"render"}
        return await session.queue.start(origins, send_pending=True)

    folders = Folders.at(options.data)
    try:
        settings = _read_settings(folders)
    except UserError as error:
        return _fail(str(error), UNREADABLE)
    return _run(options, folders, settings, recover)


def _read_settings(folders: Folders) -> Settings:
    """Read the user's settings.

    Raises:
        UserError: They can't be read, and may hold a spending limit.
    """
    file = SettingsFile(folders.settings)
    settings = file.read()
    if file.problem:
        raise UserError(file.problem)
    return settings


@contextmanager
def _log(folders: Folders) -> Iterator[None]:
    """Log to a file of its own: the terminal is for what people need to know."""
    handler = start_log(folders.logs, "kling-desktop-render.log", or_to_terminal=False)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        with suppress(OSError):  # there is no room for the last lines
            handler.close()


def _run(options: argparse.Namespace, folders: Folders, settings: Settings, begin: _Begin) -> int:
    options.profile = find_profile(ProfileFile(folders.profiles).read().names, options.profile)
    forbid_core_dumps()
    with _log(folders):
        return _connect(options, folders, settings, begin)


def _connect(options: argparse.Namespace, folders: Folders, settings: Settings, begin: _Begin) -> int:
    try:
        key_from_environment = take_key_from_environment()
    except UserError as error:
        if not options.sandbox:
            return _fail(str(error), NO_KEY)
        key_from_environment = None  # the sandbox has a key of its own
    try:
        if not options.sandbox:
            service, key = _find_service(options, key_from_environment)
            schedule = PollSchedule(options.poll)
            return asyncio.run(_run_session(options, folders, settings, service, key, schedule, begin))
        with closing(SandboxProcess(folders.sandbox)) as sandbox:
            service = Service.sandbox(sandbox.base)
            schedule = PollSchedule(options.poll or service.poll)
            return asyncio.run(_run_session(options, folders, settings, service, SANDBOX_KEY, schedule, begin))
    except _NoKey as error:
        return _fail(str(error), NO_KEY)
    except (UserError, OSError) as error:
        return _fail(describe_error(error), UNREADABLE)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _fail("Stopped. Run `kling-desktop resume` to continue.", INTERRUPTED)


async def _run_session(
    options: argparse.Namespace,
    folders: Folders,
    settings: Settings,
    service: Service,
    key: Secret,
    schedule: PollSchedule,
    begin: _Begin,
) -> int:
    """Run the jobs that `begin` returns to their ends, and return the exit code."""
    task = asyncio.current_task()
    if task and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    reporter = Reporter(as_json=options.json)  # in a variable: a signal holds its listeners weakly
    latest: dict[str, Job] = {}
    held_back: dict[str, str] = {}

    def on_changed(job: Job) -> None:
        latest[job.id] = job

    def on_limit_reached(job_id: str, reason: str) -> None:
        held_back[job_id] = reason

    def price_settings() -> PriceSettings:
        return PriceSettings(settings.spending_limits, settings.user_prices, start_of_day(time.time()))

    session = await Session.open(
        service,
        key,
        folders,
        profile=options.profile,
        submitted_from="render",
        schedule=schedule,
        price_settings=price_settings,
    )
    try:
        session.queue.events.changed.connect(reporter.report)
        session.queue.events.changed.connect(on_changed)
        session.queue.events.limit_reached.connect(on_limit_reached)
        await _ask_for_slots(session)
        is_whole = await _say_what_is_missing(session)
        job_ids = await begin(session)
        await session.queue.wait_until_idle()
        if held_back:
            _print_error(_held_back_notice(list(held_back.values()), folders))
        by_id = {job.id: job for job in session.queue.jobs} | latest  # finished ones have left the queue
        code = _exit_code([by_id[job_id] for job_id in job_ids])
        return code if is_whole or code != DONE else SOME_NOT
    finally:
        await session.close()


async def _say_what_is_missing(session: Session) -> bool:
    """Say what the database has lost, and return whether it is whole."""
    unreadable = await session.queue.count_unreadable()
    problems = missing_problems(session.restored_jobs, unreadable)
    for sentence in problems:
        _print_error(sentence)
    return not problems


async def _ask_for_slots(session: Session) -> None:
    """Ask how many jobs the account takes at once. Without an answer the default is used."""
    try:
        async with asyncio.timeout(_MAX_ACCOUNT_SECONDS):
            await session.get_account()
    except (KlingError, TimeoutError) as error:
        log.info("The account can't be asked for its number of slots: %s", error)


def _find_service(options: argparse.Namespace, key_from_environment: Secret | None) -> tuple[Service, Secret]:
    """Return the service to ask, and the key for exactly that one: the keyring's goes to Leonardo only."""
    if options.api is not None:  # an empty one is a mistake, and never means Leonardo itself
        base = normalize_base_url(options.api)
        if key_from_environment is None:
            raise _NoKey("There is no key for this address. Set LEONARDO_API_KEY.")
        return Service(base, base), key_from_environment
    keychain = Keychain()
    key = key_from_environment or keychain.read(options.profile)
    if key is None and (problem := keychain.key_problem):
        raise _NoKey(f"{problem} Or set LEONARDO_API_KEY.")
    if key is None:
        raise _NoKey("There is no API key. Store one in the window, or set LEONARDO_API_KEY.")
    return Service.leonardo(), key


def _read_all(names: Sequence[str], settings: Sequence[tuple[str, str]], encoding: str) -> list[FileRequest] | None:
    """Read the requests of all files, and print their problems; None if one of them can't be sent."""
    all_requests, can_send_all = list[FileRequest](), True
    find_preset = user_preset_finder()
    for name in names:
        try:
            requests = read_requests(name, settings, find_preset, encoding)
        except UserError as error:
            _print_error(f"{name}: {file_problem(error)}")
            can_send_all = False
            continue
        for one in requests:
            problems, warnings = find_problems(one.parsed)
            for control, sentence in (*problems, *warnings):
                _print_error(f"{one.place}: {control}: {sentence}")
            can_send_all = can_send_all and not problems
        all_requests += requests
    return all_requests if can_send_all else None


def _check_folder(folder: Path, folders: Folders) -> None:
    """Make sure that clips can be saved to a folder, before anything is paid for.

    Raises:
        UserError: They can't.
    """
    hint = "Choose another folder with --out."
    try:
        check_disk(folder, partial(has_clips_in, folders.database))
    except DestinationError as error:
        raise UserError(
            f"The folder {folder}, where clips went before, is gone.",
            "Connect its disk, create the folder, or choose another one with --out.",
        ) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Clips can't be saved in {folder}: {os_error_reason(error)}.", hint) from error
    if not os.access(folder, os.W_OK):
        raise UserError(f"The folder {folder} is read-only.", hint)


def _held_back_notice(reasons: Sequence[str], folders: Folders) -> str:
    return plural(
        len(reasons),
        one="1 job is left unsent. {reason}"
        " Raise the limit in the window's Settings or in {settings}, then send it with `kling-desktop resume`.",
        other="{count} jobs are left unsent. {reason}"
        " Raise the limit in the window's Settings or in {settings}, then send them with `kling-desktop resume`.",
        reason=reasons[0],
        settings=folders.settings,
    )


def _exit_code(jobs: Sequence[Job]) -> int:
    if any(isinstance(job.state, job_states.Unknown | job_states.Sending) for job in jobs):
        return UNKNOWN
    if any(isinstance(job.state, job_states.Refused) and job.state.reason is RefusalReason.KEY for job in jobs):
        return NO_KEY
    return DONE if all(isinstance(job.state, job_states.Done) for job in jobs) else SOME_NOT


def _fail(sentence: str, code: int) -> int:
    """Print why, and return the exit code."""
    _print_error(sentence)
    return code


def _print_error(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
