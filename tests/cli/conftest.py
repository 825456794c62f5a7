from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.app_cli import AppCli, SandboxServer, sandbox_server
from tests.media.video_fixtures import write_video


@pytest.fixture
def cli(tmp_path: Path) -> AppCli:
    return AppCli(tmp_path)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole video, small, so that landing it takes no time."""
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", frames=12, size=(64, 48))


@pytest.fixture(scope="session")
def _service(tmp_path_factory: pytest.TempPathFactory, film: Path) -> Iterator[SandboxServer]:
    with sandbox_server(tmp_path_factory.mktemp("far"), film) as there:
        yield there


@pytest.fixture
def service(_service: SandboxServer) -> SandboxServer:
    """A service without a fault, which has accepted nothing yet as far as a test can tell."""
    _service.reset_count()
    return _service
