"""A row of a table as it is shown before it is submitted, and what the selected rows add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.spending.prices import Totals
from kling_desktop.domain.text import plural


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One row.

    Attributes:
        number: As the spreadsheet counts it.
        takes: How many takes it would submit.
        price: Of one take; None if unknown.
        submitted_before: When it was submitted before, in words; "" if never.
    """

    number: int
    draft: Draft
    takes: int
    price: Cost | None
    preset_name: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    submitted_before: str = ""
    is_selected: bool = True

    @property
    def can_be_selected(self) -> bool:
        return not self.problems

    def with_selected(self, wanted: bool) -> "BatchRow":
        """The row, selected if that is wanted and possible."""
        return replace(self, is_selected=wanted and self.can_be_selected)

    @property
    def title(self) -> str:
        return " ".join(self.draft.prompt.split()) or "No prompt"

    @property
    def details(self) -> str:
        """Preset, type, length and aspect ratio, on one line."""
        size = self.draft.size
        parts = (self.preset_name, type_of(self.draft).value, f"{self.draft.duration} s", size.aspect)
        return " · ".join(filter(None, (*parts, "public: everyone can see it" if self.draft.public else "")))

    @property
    def problem_text(self) -> str:
        """Every problem, on one line; "" if there are none."""
        return " · ".join(dict.fromkeys(problem.message.removesuffix(".") for problem in self.problems))

    @property
    def cost(self) -> str:
        """The price for people: "3 × $1.51"."""
        if self.price is None:
            return f"{self.takes} × ?"
        return str(self.price) if self.takes == 1 else f"{self.takes} × {self.price}"

    @property
    def tooltip(self) -> str:
        """Everything about the row, one thing a line."""
        messages = [problem.message for problem in (*self.problems, *self.warnings)]
        return "\n".join(
            filter(None, (f"Row {self.number}: {self.title}", self.details, self.submitted_before, *messages))
        )


@dataclass(frozen=True, slots=True)
class BatchSelection:
    """What the selected rows add up to. `prices` holds the price of each take."""

    rows: int
    takes: int
    prices: tuple[Cost | None, ...]

    @property
    def total(self) -> Totals:
        return Totals(self.prices)

    @property
    def unpriced(self) -> int:
        """How many takes have no known price."""
        return sum(price is None for price in self.prices)


def batch_selection(rows: Sequence[BatchRow]) -> BatchSelection:
    """Add up the selected rows."""
    selected = [row for row in rows if row.is_selected]
    prices = tuple(row.price for row in selected for _ in range(row.takes))
    return BatchSelection(len(selected), len(prices), prices)


def batch_summary(rows: Sequence[BatchRow]) -> str:
    """Say how many rows there are, how many can't be sent, and how many were submitted before."""
    problems, before = sum(bool(row.problems) for row in rows), sum(bool(row.submitted_before) for row in rows)
    parts = [plural(len(rows), one="{count} row", other="{count} rows")]
    if problems:
        parts.append(plural(problems, one="{count} row has a problem", other="{count} rows have problems"))
    if before:
        one, other = "{count} row was submitted before", "{count} rows were submitted before"
        parts.append(plural(before, one=one, other=other))
    return " · ".join(parts)
