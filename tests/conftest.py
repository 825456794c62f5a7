"""What holds for every test: nothing is logged as a warning or worse, unless the test looks at the log itself."""

import gc
import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A crowded machine may take its time over an example; what it finds counts, not how fast.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("PIL."):  # of broken pictures Pillow speaks itself, whatever becomes of them
            return
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}\n{record.exc_info or ''}")


@pytest.fixture(autouse=True)
def _nothing_unexpected_is_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that asks for `caplog` judges its records itself."""
    if "caplog" in request.fixturenames:
        yield
        return
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    try:
        yield
        if "asyncio" in request.keywords:
            gc.collect()  # a task whose exception nobody took says so when it goes
    finally:
        logging.getLogger().removeHandler(kept)
    assert not kept.lines, "\n".join(kept.lines)
