"""What each sending of a job cost, as far as known. Charges outlive jobs and clips."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.request.models import GenerationType
from kling_desktop.domain.spending.limits import PriceSettings, Spent, limit_problem, takes_within_limit
from kling_desktop.domain.spending.prices import (
    NO_USER_PRICES,
    PaidPrice,
    PriceKey,
    Prices,
    Totals,
    UserPrices,
    learn_prices,
    price_key,
)
from kling_desktop.domain.spending.report import REFUNDED, Charge
from kling_desktop.store.database import translate_values

RESERVED, SENT, UNKNOWN, CHARGED = "reserved", "sent", "unknown", "charged"
COUNTS = (SENT, UNKNOWN, CHARGED)
"""What counts as spent, with its real cost, or its estimate until that is known."""

_IMPORTED = "import"
_STATES: Mapping[type, str] = MappingProxyType(
    {
        job_states.Sending: SENT,
        job_states.Unknown: UNKNOWN,
        job_states.Generating: CHARGED,
        job_states.Made: CHARGED,
        job_states.Downloading: CHARGED,
        job_states.Done: CHARGED,
        job_states.Blocked: CHARGED,
        job_states.Failed: REFUNDED,
    }
)
_AMOUNT = "coalesce(cost, estimate), CASE WHEN cost IS NULL THEN estimate_unit ELSE unit END"


class Ledger:
    """Charges in the database.

    Methods that change them run in the caller's transaction, the one that saves the job: neither is ever saved without
    the other.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def record(self, job: Job, session: str, user_prices: UserPrices) -> None:
        """Update the charge of a job's latest sending by its state. Imported clips were paid elsewhere."""
        if job.submitted_from == _IMPORTED:
            return
        latest = self._connection.execute(
            "SELECT number, state FROM charges WHERE job = ? ORDER BY number DESC LIMIT 1", (job.id,)
        ).fetchone()
        number, was = latest or (0, "")
        if isinstance(job.state, job_states.PENDING):
            if was in (RESERVED, SENT):  # or back here, since the connection failed before anything was sent
                self._reserve(job, number, session, user_prices)
            else:
                self._insert(job, number + 1, session, user_prices)
        elif isinstance(job.state, job_states.Refused | job_states.Cancelled):
            # Nothing was accepted this time. What an earlier sending may have cost stays.
            if was in (RESERVED, SENT):
                self._connection.execute("DELETE FROM charges WHERE job = ? AND number = ?", (job.id, number))
        elif state := _STATES.get(type(job.state)):
            if not latest:
                number = 1
                self._insert(job, number, session, user_prices)
            self._settle(job, number, state, session)

    def enforce_limit(
        self, settings: PriceSettings, service: str, session: str, prices: Sequence[Cost | None], pending: Totals
    ) -> None:
        """Check prices against the spending limits.

        Args:
            settings: With the limits.
            service: The service.
            session: This run of the program.
            prices: What is about to be spent.
            pending: What the jobs that are sent before cost.

        Raises:
            LimitExceeded: These need the user's consent.
        """
        if not settings.limits:
            return
        spent = self.spent(service, session, settings.day_start)
        spent = Spent(spent.day + pending, spent.session + pending)
        if problem := limit_problem(settings.limits, spent, prices):
            raise LimitExceeded(problem, takes_within_limit(settings.limits, spent, prices))

    def reservation(self, job_id: str) -> tuple[Cost | None, bool]:
        """Return what a pending job is likely to cost, and whether the user lets it exceed the limits."""
        row = self._connection.execute(
            "SELECT estimate, estimate_unit, allowed FROM charges WHERE job = ? AND state = ?", (job_id, RESERVED)
        ).fetchone()
        return (_cost(row[0], row[1]), bool(row[2])) if row else (None, False)

    def allow_over_limit(self, job_ids: Iterable[str]) -> None:
        """The user lets these pending jobs exceed the limits."""
        self._connection.executemany(
            "UPDATE charges SET allowed = 1 WHERE job = ? AND state = ?", [(job_id, RESERVED) for job_id in job_ids]
        )

    def prices(self, service: str, profile: str, user_prices: UserPrices = NO_USER_PRICES) -> Prices:
        """Return what takes are likely to cost in this account."""
        with translate_values(self._connection):
            rows = self._connection.execute(
                "SELECT way, seconds, width, height, model, sound, cost, unit FROM prices"
                " WHERE service = ? AND profile = ? ORDER BY at DESC",
                (service, profile),
            ).fetchall()
            paid = [PaidPrice(_price_key(row[:6]), Cost(Decimal(row[6]), row[7])) for row in rows]
        return learn_prices(paid, user_prices)

    def spent(self, service: str, session: str, day: float) -> Spent:
        """Return what was spent at a service since the day began, by all profiles, and in one run of the program."""
        return Spent(
            self._sum("service = ? AND at >= ?", service, day),
            self._sum("session = ? AND service = ?", session, service),
        )

    def pending_total(self, service: str, excluding: Collection[str] = ()) -> Totals:
        """Return what all pending jobs are likely to cost, without the excluded ones."""
        with translate_values(self._connection):
            rows = self._connection.execute(
                "SELECT job, estimate, estimate_unit FROM charges WHERE service = ? AND state = 'reserved'", (service,)
            ).fetchall()
            excluded = frozenset(excluding)
            return Totals(_cost(amount, unit) for job, amount, unit in rows if job not in excluded)

    def charges(self, service: str, since: float = 0.0) -> list[Charge]:
        """Return all that was sent since then, by all profiles, newest first."""
        with translate_values(self._connection):
            rows = self._connection.execute(
                "SELECT job, charges.profile, charges.origin, session, charges.state, at, way, seconds, width, height,"
                f" model, sound, preset, generation, {_AMOUNT}, cost IS NULL, CASE WHEN json_valid(body)"
                " THEN json_extract(body, '$.draft.prompt') END"
                " FROM charges LEFT JOIN jobs ON jobs.id = charges.job"
                " WHERE charges.service = ? AND at >= ? AND charges.state <> ? ORDER BY at DESC, job, number DESC",
                (service, since, RESERVED),
            ).fetchall()
            return [
                Charge(
                    job=row[0],
                    profile=row[1],
                    submitted_from=row[2],
                    session=row[3],
                    state=row[4],
                    at=row[5],
                    price_key=_price_key(row[6:12]),
                    preset=row[12],
                    generation=row[13],
                    amount=_cost(row[14], row[15]),
                    is_estimate=bool(row[16]),
                    prompt=str(row[17] or ""),
                )
                for row in rows
            ]

    def _sum(self, where: str, *values: Any) -> Totals:
        marks = ", ".join("?" * len(COUNTS))
        with translate_values(self._connection):
            rows = self._connection.execute(
                f"SELECT {_AMOUNT} FROM charges WHERE {where} AND state IN ({marks})", (*values, *COUNTS)
            ).fetchall()
            return Totals(_cost(*row) for row in rows)

    def _insert(self, job: Job, number: int, session: str, user_prices: UserPrices) -> None:
        self._connection.execute(
            "INSERT INTO charges (job, number, service, profile, origin, session, state, way, seconds, width, height,"
            " preset, generation, allowed) VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, '', '', 0)",
            (job.id, number, job.service, job.profile, job.submitted_from, session, RESERVED),
        )
        self._reserve(job, number, session, user_prices)

    def _reserve(self, job: Job, number: int, session: str, user_prices: UserPrices) -> None:
        kind, price = price_key(job.draft), self.prices(job.service, job.profile, user_prices).of(job.draft)
        self._connection.execute(
            "UPDATE charges SET state = ?, at = NULL, session = ?, way = ?, seconds = ?, width = ?, height = ?,"
            " model = ?, sound = ?, preset = ?, estimate = ?, estimate_unit = ? WHERE job = ? AND number = ?",
            (
                *(RESERVED, session, *_columns(kind), job.draft.preset),
                *((str(price.amount), price.unit) if price else (None, None)),
                *(job.id, number),
            ),
        )

    def _settle(self, job: Job, number: int, state: str, session: str) -> None:
        at = job.created_at if job.sent_at is None else job.sent_at
        self._connection.execute(
            # The session that sent it, not one that recovered it later.
            "UPDATE charges SET session = CASE WHEN state = 'reserved' THEN ? ELSE session END,"
            " state = ?, at = ?, generation = ? WHERE job = ? AND number = ?",
            (session, state, at, job.generation, job.id, number),
        )
        if job.cost is None:
            return
        cost = (str(job.cost.amount), job.cost.unit)
        changed = self._connection.execute(
            "UPDATE charges SET cost = ?, unit = ? WHERE job = ? AND number = ? AND cost IS NULL",
            (*cost, job.id, number),
        )
        if changed.rowcount:
            kind = price_key(job.draft)
            self._connection.execute(
                "INSERT INTO prices (service, profile, way, seconds, width, height, model, sound, cost, unit, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET cost = excluded.cost, unit = excluded.unit, at = excluded.at WHERE excluded.at >= at",
                (job.service, job.profile, *_columns(kind), *cost, at),
            )


def _cost(amount: str | None, unit: str | None) -> Cost | None:
    return None if amount is None or unit is None else Cost(Decimal(amount), unit)


def _columns(key: PriceKey) -> tuple[str, int, int, int, str, bool]:
    return key.type.name, *key[1:]


def _price_key(columns: Sequence[Any]) -> PriceKey:
    way, seconds, width, height, model, has_sound = columns
    return PriceKey(GenerationType[way], seconds, width, height, model, bool(has_sound))
