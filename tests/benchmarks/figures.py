"""Figures of several runs: their least, middle and greatest, and whether they keep within a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. floor: the same of the least there can be, measured in the same run. limit: the most that
    holds, in the unit of `values`; `within` says it in words. Without a limit the row is told and not judged."""

    what: str
    unit: str
    values: Sequence[float]
    floor: Sequence[float] = ()
    limit: float | None = None
    within: str = ""

    @property
    def holds(self) -> bool:
        return self.limit is None or median(self.values) <= self.limit

    @property
    def ratio(self) -> float | None:
        """Pair by pair, so that it holds when the machine's speed drifts; None without a floor to compare to."""
        if not self.floor:
            return None
        if len(self.floor) == len(self.values):
            return median(own / least for own, least in zip(self.values, self.floor, strict=True))
        return median(self.values) / median(self.floor)


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that `share` (0 to 1) of all don't exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def table(rows: Sequence[Row]) -> str:
    """For people: least, middle and greatest of each, the floor's beside the app's."""
    heads = ("", "unit", "floor", "", "", "app", "", "", "app/floor", "target", "")
    under = ("", "", "min", "median", "max", "min", "median", "max", "", "", "")
    cells = [heads, under, *map(_cells, rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    left = {0, 1, len(heads) - 2, len(heads) - 1}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def _cells(row: Row) -> tuple[str, ...]:
    verdict = "" if row.limit is None else "holds" if row.holds else "MISSED"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return (row.what, row.unit, *_three(row.floor), *_three(row.values), ratio, row.within, verdict)


def _three(values: Sequence[float]) -> tuple[str, str, str]:
    if not values:
        return ("", "", "")
    return (_short(min(values)), _short(median(values)), _short(max(values)))


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
