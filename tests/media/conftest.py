import pytest

from tests.media.video_fixtures import write_video


@pytest.fixture(scope="session")
def whole_film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a film of 24 frames and one second, with sound, its index in front."""
    return write_video(tmp_path_factory.mktemp("film") / "clip.mp4", sound=True).read_bytes()
