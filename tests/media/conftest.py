import pytest

from tests.media.films import write_film


@pytest.fixture(scope="session")
def whole_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a film of 24 frames and one second, with sound, its index in front."""
    return write_film(tmp_path_factory.mktemp("film") / "clip.mp4", sound=True).read_bytes()
