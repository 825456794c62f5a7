import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import IsolatedWorker
from kling_desktop.media.metadata.clip_metadata import write_clip_metadata
from kling_desktop.media.video.probe import probe
from kling_desktop.media.video_inspector import inspect_video, read_clip_metadata_isolated
from tests.media.video_fixtures import write_video, zero_packet

DAMAGED = int(os.environ.get("KLING_DAMAGED_CLIPS", "25"))
"""How many damaged clips are opened."""
PICTURE = b"\xff\xd8\xff"


@pytest.fixture(scope="module")
def worker() -> Iterator[IsolatedWorker]:
    with IsolatedWorker() as worker:
        yield worker


def test_an_unknown_clip_is_inspected(tmp_path: Path, worker: IsolatedWorker) -> None:
    video = write_video(tmp_path / "clip.mp4", sound=True, rotation=90)
    write_clip_metadata(video, '{"prompt": "Grüße"}')
    seen = inspect_video(video, worker)
    assert seen.info == probe(video)
    assert (seen.settings, seen.problem) == ('{"prompt": "Grüße"}', "")
    assert seen.poster.startswith(PICTURE)
    assert read_clip_metadata_isolated(video, worker) == seen.settings


def test_a_damaged_clip_that_can_be_shown_names_the_problem(tmp_path: Path, worker: IsolatedWorker) -> None:
    video = write_video(tmp_path / "clip.mp4")
    zero_packet(video, 11)
    seen = inspect_video(video, worker)
    assert seen.info.frames == 24
    assert "damaged" in seen.problem


def test_a_minute_of_4k_is_no_problem(tmp_path: Path, worker: IsolatedWorker) -> None:
    large = write_video(tmp_path / "large.mp4", size=(3840, 2160), frames=3, options={"preset": "ultrafast"})
    assert (inspect_video(large, worker).info.width, inspect_video(large, worker).problem) == (3840, "")
    long = write_video(tmp_path / "long.mp4", frames=60 * 24, key_every=240)
    assert inspect_video(long, worker).info.seconds == pytest.approx(60)


@pytest.mark.parametrize("codec", ["mpeg4", "libx265", "libvpx-vp9", "libsvtav1"])
def test_another_codec_is_named(tmp_path: Path, worker: IsolatedWorker, codec: str) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=3, codec=codec, size=(128, 96))
    assert inspect_video(video, worker).info.codec == probe(video).codec


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"<html>Sign in</html>", "web page"), (b"\0\0\0\x18ftypisom" + bytes(200), "damaged")],
)
def test_a_file_that_is_no_clip_is_explained(tmp_path: Path, worker: IsolatedWorker, content: bytes, word: str) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(content)
    with pytest.raises(BadMedia, match=word):
        inspect_video(file, worker)


def test_a_pipe_is_not_waited_for(tmp_path: Path, worker: IsolatedWorker) -> None:
    pipe = tmp_path / "clip.mp4"
    os.mkfifo(pipe)
    with pytest.raises(BadMedia, match="isn't a regular file"):
        inspect_video(pipe, worker)


def test_a_clip_that_takes_forever_times_out(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=200, size=(640, 480))
    began = time.monotonic()
    with IsolatedWorker(timeout=0.05) as hasty, pytest.raises(BadMedia, match="takes too long"):
        inspect_video(video, hasty)
    assert time.monotonic() - began < 5


def test_a_clip_that_fills_the_memory_is_an_error(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", size=(3840, 2160), frames=3, options={"preset": "ultrafast"})
    with IsolatedWorker(max_memory=200 * 2**20) as small, pytest.raises(BadMedia):
        inspect_video(video, small)
    assert inspect_video(video).info.height == 2160


def test_a_crash_of_the_decoder_stays_in_the_worker(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    with IsolatedWorker() as worker:
        for number in (signal.SIGSEGV, signal.SIGKILL):
            assert inspect_video(video, worker).info.frames == 24
            child = worker.process
            assert child is not None
            child.send_signal(number)  # it may end before the next task or within it
            assert inspect_video(video, worker).info.frames == 24


def test_closing_the_worker_ends_its_process(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    with IsolatedWorker() as worker:
        inspect_video(video, worker)
        child = worker.process
    assert child is not None
    assert child.returncode == 0


@settings(max_examples=DAMAGED, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_clips_cause_nothing_worse_than_an_error(
    tmp_path: Path, worker: IsolatedWorker, video_bytes: bytes, data: st.DataObject
) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(_damaged(video_bytes, data))
    try:
        seen = inspect_video(video, worker)
    except BadMedia as bad:
        sentence = str(bad)
    else:
        sentence = f"{seen.info.frames} frames"
        assert seen.poster.startswith(PICTURE)
    assert sentence


def _damaged(whole: bytes, data: st.DataObject) -> bytes:
    """Truncated, with flipped bits, or pieces doubled, swapped or zeroed: mostly in the boxes, which decoders trust
    most.
    """
    content = bytearray(whole[: data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))])
    boxes = max(1, min(len(content), whole.index(b"mdat")))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.one_of(st.integers(0, boxes - 1), st.integers(0, max(0, len(content) - 1))))
        length = data.draw(st.sampled_from([1, 1, 1, 4, 8, 64]))
        piece = data.draw(st.sampled_from([b"\0", b"\xff", b"\x7f", b"\x80", bytes([data.draw(st.integers(0, 255))])]))
        match data.draw(st.sampled_from(["over", "over", "over", "in", "out"])):
            case "over":
                content[at : at + length] = piece * length
            case "in":
                content[at:at] = content[at : at + length] or piece
            case "out":
                del content[at : at + length]
    return bytes(content)
