from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.app_cli import Far, Terminal, far
from tests.media.video_fixtures import write_video


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole video, small, so that landing it takes no time."""
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", frames=12, size=(64, 48))


@pytest.fixture(scope="session")
def _service(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[Far]:
    with far(tmp_path_factory.mktemp("far"), film) as there:
        yield there


@pytest.fixture
def service(_service: Far) -> Far:
    """A service without a fault, which has accepted nothing yet as far as a test can tell."""
    _service.count_anew()
    return _service
