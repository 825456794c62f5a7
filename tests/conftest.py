"""For every test: no warning or error is logged, unless the test checks the log itself."""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# No test reaches the developer's keyring, nor takes the keyrings that other tests define for the system's.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
# On a busy machine an example may take long; what it finds counts, not how fast.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """Leave out of every later collection what lives as long as the run: modules, and the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Collect the garbage of a test with `caplog` here: logged exceptions keep its frames alive, and with them the
    event loop, a QObject that must not be destroyed in a later test's worker thread.
    """
    yield
    if "caplog" in getattr(item, "fixturenames", ()):
        gc.collect()


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("PIL."):  # Pillow logs broken images itself, whatever we do with them
            return
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}\n{record.exc_info or ''}")


@pytest.fixture(autouse=True)
def _nothing_unexpected_is_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that uses `caplog` checks its records itself."""
    if "caplog" in request.fixturenames:
        yield
        return
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    try:
        yield
        if "asyncio" in request.keywords:
            gc.collect()  # a task whose exception nobody retrieved logs it when it is destroyed
    finally:
        logging.getLogger().removeHandler(kept)
    assert not kept.lines, "\n".join(kept.lines)
