import pytest

from tests.media.video_fixtures import write_video


@pytest.fixture(scope="session")
def video_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a one-second video of 24 frames, with sound and the index in front."""
    return write_video(tmp_path_factory.mktemp("video") / "clip.mp4", sound=True).read_bytes()
