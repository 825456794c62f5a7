"""One wrong Date header doesn't move the time at which a lost request is looked for."""

import pytest

from kling_desktop.api.server_clock import ServerClock

YEARS = -56 * 365 * 86_400.0


@pytest.mark.parametrize(
    ("dates", "skew"),
    [
        ([], None),
        ([(90, True)], 90),
        ([(90, True), (95, True)], 95),
        ([(YEARS, False)], None),
        ([(YEARS, True), (YEARS, True)], None),
        ([(40, False)], 40),
        ([(90, True), (-7200, False)], 90),
        ([(-7200, False), (90, True)], 90),
        ([(90, True), (86_400, True), (91, True), (86_400, True)], 91),
        ([(90, True), (3600, True), (3601, True)], 3601),
    ],
)
def test_a_date_counts_as_far_as_it_can_be_believed(dates: list[tuple[float, bool]], skew: float | None) -> None:
    clock = ServerClock()
    for ahead, is_answer in dates:
        clock.record(ahead, is_answer=is_answer)
    assert clock.skew == skew
