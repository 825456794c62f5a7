"""Charges: saved with the job, kept without it, and limited across processes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import LimitExceeded, UserError
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Cost, Job, JobFacts
from kling_desktop.domain.jobs.job_states import TRANSITIONS, Event
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from kling_desktop.domain.spending.prices import DOLLARS, UserPrices
from kling_desktop.domain.spending.report import Charge
from kling_desktop.store.database import transaction
from kling_desktop.store.jobs.job_store import JobStore, SubmissionLinks
from kling_desktop.store.jobs.ledger import Ledger
from tests.store.sample_jobs import PROFILE, SERVICE, a_job
from tests.support.databases import open_test_database

TEN = Draft(prompt="A fox in the snow", duration=10)
REAL = Cost(Decimal("1.4"), DOLLARS)
REFUSED = job_states.Refused("No.")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_test_database(tmp_path / "kling.db")) as connection:
        yield connection


@pytest.fixture
def store(connection: sqlite3.Connection) -> JobStore:
    return JobStore(connection, session="run-1")


@pytest.fixture
def ledger(connection: sqlite3.Connection) -> Ledger:
    return Ledger(connection)


def capped_at(amount: str) -> PriceSettings:
    return PriceSettings(SpendingLimits(day=Cost(Decimal(amount), DOLLARS)))


def a_take(job_id: str = "job-1") -> Job:
    return a_job(job_id, draft=TEN)


def sending(job: Job, at: float = 2000.0) -> Job:
    return replace(job, state=job_states.Sending(), sent_at=at)


def accepted(job: Job, cost: Cost | None = REAL) -> Job:
    return replace(job, state=job_states.Generating(f"g-{job.id}"), cost=cost)


def only(ledger: Ledger) -> Charge:
    [charge] = ledger.charges(SERVICE)
    return charge


def test_an_estimate_counts_until_the_real_cost_is_known(store: JobStore, ledger: Ledger) -> None:
    job = a_take()
    store.add(job, "run-1")
    assert (str(ledger.pending_total(SERVICE)), ledger.charges(SERVICE)) == ("$1.51", [])
    store.save_within_limit(sending(job))
    assert str(ledger.spent(SERVICE, "run-1", 0.0).day) == "$1.51"
    assert not ledger.pending_total(SERVICE)
    store.save(accepted(sending(job)))
    assert str(ledger.spent(SERVICE, "run-1", 0.0).day) == "$1.40"
    assert (only(ledger).amount, only(ledger).is_estimate, only(ledger).generation) == (REAL, False, "g-job-1")


def test_what_was_paid_stays_when_the_job_is_removed(store: JobStore, ledger: Ledger) -> None:
    job = accepted(sending(a_take()))
    store.add(job, "run-1")
    store.save(replace(job, state=job_states.Blocked("g-job-1", "Nothing came.")))
    assert store.delete(job.id)
    assert only(ledger).amount == REAL


def test_a_failed_job_is_refunded_and_counts_no_longer(store: JobStore, ledger: Ledger) -> None:
    job = accepted(sending(a_take()))
    store.add(job, "run-1")
    store.save(replace(job, state=job_states.Failed("g-job-1", "No reason.")))
    assert (only(ledger).state, only(ledger).amount) == ("refunded", REAL)
    assert not ledger.spent(SERVICE, "run-1", 0.0).day


def test_an_unknown_outcome_counts_as_spent_and_sending_again_counts_twice(store: JobStore, ledger: Ledger) -> None:
    job = a_take()
    store.add(job, "run-1")
    store.save_within_limit(sending(job))
    lost = replace(sending(job), state=job_states.Unknown())
    store.save(lost)
    assert str(ledger.spent(SERVICE, "run-1", 0.0).day) == "$1.51"
    again = replace(lost, state=job_states.Waiting())
    store.save(again)
    assert (str(ledger.spent(SERVICE, "", 0.0).day), str(ledger.pending_total(SERVICE))) == ("$1.51", "$1.51")
    store.save_within_limit(sending(again, at=3000.0))
    assert str(ledger.spent(SERVICE, "", 0.0).day) == "$3.02"
    store.save(replace(sending(again, at=3000.0), state=REFUSED))
    assert str(ledger.spent(SERVICE, "", 0.0).day) == "$1.51", "the second was refused, the first is still unknown"


def test_what_was_never_accepted_costs_nothing(store: JobStore, ledger: Ledger) -> None:
    store.add(a_take("cancelled"), "run-1")
    store.save(replace(a_take("cancelled"), state=job_states.Cancelled()))
    store.add(a_take("refused"), "run-1")
    store.save_within_limit(sending(a_take("refused")))
    store.save(replace(sending(a_take("refused")), state=REFUSED))
    store.add(a_take("no way there"), "run-1")
    store.save_within_limit(sending(a_take("no way there")))
    store.save(a_take("no way there"))
    assert ledger.charges(SERVICE) == []
    assert str(ledger.pending_total(SERVICE)) == "$1.51", "the one that goes on trying"


def test_a_clip_from_elsewhere_was_paid_elsewhere(store: JobStore, ledger: Ledger) -> None:
    store.add(replace(accepted(a_take()), submitted_from="import"), "run-1")
    assert ledger.charges(SERVICE) == []


def test_a_charge_that_can_t_be_written_takes_its_job_with_it(
    connection: sqlite3.Connection, store: JobStore, ledger: Ledger
) -> None:
    store.add(a_take(), "run-1")
    connection.execute(
        "CREATE TRIGGER broken BEFORE UPDATE ON charges BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END"
    )
    with pytest.raises(UserError):
        store.save_within_limit(sending(a_take()))
    kept = store.get("job-1")
    assert kept
    assert kept.state == job_states.Waiting()
    assert ledger.charges(SERVICE) == []


def test_prices_are_learned_from_what_was_charged_by_account(store: JobStore, ledger: Ledger) -> None:
    store.add(accepted(sending(a_take("new"), 2000.0)), "run-1")
    store.add(accepted(sending(a_take("old"), 1000.0), Cost(Decimal(9), DOLLARS)), "run-1")
    assert str(ledger.prices(SERVICE, PROFILE).of(TEN)) == "$1.40"
    assert str(ledger.prices(SERVICE, "another").of(TEN)) == "$1.51"


def test_pending_jobs_are_estimated_at_the_users_own_price(connection: sqlite3.Connection, ledger: Ledger) -> None:
    own = UserPrices({10: Cost(Decimal(3), DOLLARS)})
    JobStore(connection, lambda: PriceSettings(user_prices=own)).add(a_take(), "run-1")
    assert str(ledger.pending_total(SERVICE)) == "$3.00"


def test_a_submission_over_the_limit_saves_none_of_its_jobs(connection: sqlite3.Connection, ledger: Ledger) -> None:
    store = JobStore(connection, lambda: capped_at("4"), "run-1")
    store.add_within_limit([a_take("a")], "run-1")
    with pytest.raises(
        LimitExceeded, match=r"bring today's spending to about \$4\.53, over your daily limit of \$4\.00"
    ):
        store.add_within_limit([a_take("b"), a_take("c")], "run-1")
    assert [job.id for job in store.unfinished(SERVICE, PROFILE)] == ["a"]
    assert str(ledger.pending_total(SERVICE)) == "$1.51"
    store.add_within_limit([a_take("b"), a_take("c")], "run-1", over_limit=True)
    for name in "abc":
        store.save_within_limit(sending(a_take(name)))
    assert str(ledger.spent(SERVICE, "run-1", 0.0).day) == "$4.53"


def test_the_limit_is_enforced_at_the_moment_of_sending(connection: sqlite3.Connection) -> None:
    """Whatever was said when it was ordered: the cap may have been lowered, or another process was first."""
    store = JobStore(connection, lambda: capped_at("2"))
    for name in "ab":
        store.add(a_take(name), "run-1")
    store.save_within_limit(sending(a_take("a")))
    with pytest.raises(LimitExceeded):
        store.save_within_limit(sending(a_take("b")))
    kept = store.get("b")
    assert kept
    assert kept.state == job_states.Waiting()
    store.allow_over_limit(["b"])
    store.save_within_limit(sending(a_take("b")))


def test_yesterday_does_not_count_today(connection: sqlite3.Connection) -> None:
    terms = replace(capped_at("2"), day_start=10_000.0)
    store = JobStore(connection, lambda: terms)
    store.add(accepted(sending(a_take("yesterday"), 9_999.0)), "run-1")
    store.add_within_limit([a_take("today")], "run-1")


def test_each_session_has_its_own_limit(connection: sqlite3.Connection) -> None:
    def run(session: str) -> JobStore:
        return JobStore(connection, lambda: PriceSettings(SpendingLimits(session=Cost(Decimal(2), DOLLARS))), session)

    run("run-1").add(accepted(sending(a_take("earlier"))), "owner-1")
    run("run-2").add_within_limit([a_take("now")], "owner-2")
    with pytest.raises(LimitExceeded, match="this session"):
        run("run-2").add_within_limit([a_take("more")], "owner-2")


def test_two_processes_never_exceed_a_limit_together(tmp_path: Path) -> None:
    """Each with a connection of its own, at the same moments: what the cap has room for is sent, and nothing more."""
    jobs = [a_take(f"{run}-{number}") for run in range(4) for number in range(6)]
    with closing(open_test_database(tmp_path / "kling.db")) as first:
        JobStore(first).add_within_limit(jobs, "")
    sent: list[str] = []
    ready = threading.Barrier(4)

    def run(number: int) -> None:
        with closing(open_test_database(tmp_path / "kling.db")) as connection:
            store = JobStore(connection, lambda: capped_at("7.55"))
            ready.wait()
            for job in jobs[number * 6 : number * 6 + 6]:
                try:
                    store.save_within_limit(sending(job))
                except LimitExceeded:
                    continue
                sent.append(job.id)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 5


def test_concurrent_clicks_reserve_no_more_than_the_limit(tmp_path: Path) -> None:
    ordered: list[str] = []
    ready = threading.Barrier(4)

    def click(number: int) -> None:
        with closing(open_test_database(tmp_path / "kling.db")) as connection:
            store = JobStore(connection, lambda: capped_at("5"))
            ready.wait()
            try:
                store.add_within_limit([a_take(f"{number}-{take}") for take in range(3)], "run-1")
            except LimitExceeded:
                return
            ordered.append(str(number))

    threads = [threading.Thread(target=click, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ordered) == 1, "three takes cost 4.53"


AFTER: dict[type, job_states.JobState] = {
    job_states.Held: job_states.Held(1.0),
    job_states.Generating: job_states.Generating("g"),
    job_states.Made: job_states.Made("g", "i", "v"),
    job_states.Downloading: job_states.Downloading("g", "i", "v"),
    job_states.Done: job_states.Done("g", "i", "/clips/a.mp4"),
    job_states.Failed: job_states.Failed("g", "No."),
    job_states.Blocked: job_states.Blocked("g", "No."),
    job_states.Refused: REFUSED,
}
MAY_COST = (
    job_states.Sending,
    job_states.Unknown,
    job_states.Generating,
    job_states.Made,
    job_states.Downloading,
    job_states.Done,
)


@given(st.lists(st.integers(0, 10), max_size=14))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_becomes_of_a_job_the_ledger_agrees_with_it(tmp_path: Path, choices: list[int]) -> None:
    """All that may have been charged is spent, once for each sending; nothing else is."""
    path = tmp_path / "walked.db"
    with closing(open_test_database(path)) as connection:
        with transaction(connection):
            for table in ("jobs", "charges", "claims"):
                connection.execute(f"DELETE FROM {table}")
        store, ledger, job = JobStore(connection, session="run-1"), Ledger(connection), a_take()
        store.add(job, "run-1")
        lost = 0
        for choice in choices:
            ways = [(event, to) for (kind, event), to in TRANSITIONS.items() if kind is type(job.state)]
            if not ways:
                break
            event, to = ways[choice % len(ways)]
            lost += event is Event.RESEND
            facts: JobFacts = {"sent_at": 2000.0} if event is Event.SEND else {}
            job = job.transition(event, AFTER.get(to) or to(), **facts)
            store.save_within_limit(job) if event is Event.SEND else store.save(job)
            was_sent = isinstance(job.state, (*MAY_COST, job_states.Blocked, job_states.Forgotten))
            spent = ledger.spent(SERVICE, "run-1", 0.0)
            assert spent.day.of(DOLLARS).amount == Decimal("1.51") * (lost + was_sent)
            assert spent.session == spent.day
            assert bool(ledger.pending_total(SERVICE)) == isinstance(job.state, job_states.PENDING)


def test_a_refused_row_is_free_and_its_replacement_is_not(store: JobStore) -> None:
    key = TableRowKey("fox", 1)
    store.add_all([a_take("first")], "owner", {"first": SubmissionLinks(key)})
    assert store.find_submitted_rows(SERVICE, PROFILE, [key])[key].is_pending
    with pytest.raises(UserError, match="was just submitted"):
        store.add_all([a_take("twice")], "owner", {"twice": SubmissionLinks(key)})
    assert store.get("twice") is None
    store.save_within_limit(sending(a_take("first")))
    store.save(replace(sending(a_take("first")), state=REFUSED))
    assert store.find_submitted_rows(SERVICE, PROFILE, [key]) == {}
    store.add_all([a_take("retried")], "owner", {"retried": SubmissionLinks(replaces="first")})
    assert store.find_submitted_rows(SERVICE, PROFILE, [key])[key].job_id == "retried"
    assert store.find_submitted_rows(SERVICE, "another", [key]) == {}


def test_a_row_may_be_submitted_again_on_request(store: JobStore) -> None:
    key = TableRowKey("fox", 1)
    store.add_all([accepted(sending(a_take("first")))], "owner", {"first": SubmissionLinks(key)})
    store.add_all([a_take("again")], "owner", {"again": SubmissionLinks(key, force=True)})
    assert store.find_submitted_rows(SERVICE, PROFILE, [key])[key].job_id == "again"
