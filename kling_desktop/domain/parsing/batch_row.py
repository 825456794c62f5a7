"""A row of a table as it is shown before it is ordered, and what those that are chosen come to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.spending.prices import Totals


@dataclass(frozen=True, slots=True)
class BatchRow:
    """number: as the spreadsheet has it. before: when it was ordered before, in words, "" if never.

    takes: how many would be ordered; is_chosen: whether they are to be.
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
        """The row so, where that can be."""
        return replace(self, is_selected=wanted and self.can_be_selected)

    @property
    def title(self) -> str:
        return " ".join(self.draft.prompt.split()) or "No prompt"

    @property
    def details(self) -> str:
        """How it is made, on one line."""
        size = self.draft.size
        parts = (self.preset_name, type_of(self.draft).value, f"{self.draft.duration} s", size.aspect)
        return " · ".join(filter(None, (*parts, "public: everyone can see it" if self.draft.public else "")))

    @property
    def problem_text(self) -> str:
        """All that is wrong, on one line; "" if nothing is."""
        return " · ".join(dict.fromkeys(sentence.removesuffix(".") for _, sentence in self.problems))

    @property
    def cost(self) -> str:
        """ "3 × $1.51"."""
        if self.price is None:
            return f"{self.takes} × ?"
        return str(self.price) if self.takes == 1 else f"{self.takes} × {self.price}"

    @property
    def tooltip(self) -> str:
        """All there is to say of it, a line each."""
        said = [sentence for _, sentence in (*self.problems, *self.warnings)]
        return "\n".join(filter(None, (f"Row {self.number}: {self.title}", self.details, self.submitted_before, *said)))


@dataclass(frozen=True, slots=True)
class BatchSelection:
    """What the chosen rows come to. unknown: how many takes have no known price."""

    rows: int
    takes: int
    prices: tuple[Cost | None, ...]

    @property
    def total(self) -> Totals:
        return Totals(self.prices)

    @property
    def unpriced(self) -> int:
        return sum(price is None for price in self.prices)


def batch_selection(rows: Sequence[BatchRow]) -> BatchSelection:
    chosen = [row for row in rows if row.is_selected]
    prices = tuple(row.price for row in chosen for _ in range(row.takes))
    return BatchSelection(len(chosen), len(prices), prices)


def batch_summary(rows: Sequence[BatchRow]) -> str:
    """How many rows there are, and how many are no good or were ordered before."""
    wrong, before = sum(bool(row.problems) for row in rows), sum(bool(row.submitted_before) for row in rows)
    told = [f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}"]
    if wrong:
        told.append(f"{wrong} can't be sent as {'it is' if wrong == 1 else 'they are'}")
    if before:
        told.append(f"{before} {'was' if before == 1 else 'were'} ordered before")
    return " · ".join(told)
