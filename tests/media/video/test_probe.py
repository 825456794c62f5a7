from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.probe import clip_problem, probe
from tests.media.video_fixtures import write_video, zero_packet

FOREIGN = {
    b"<!DOCTYPE html><html>Please sign in</html>": "web page",
    b'{"error": "not found"}': "text file",
    "Häßlich".encode() * 400: "text file",
    b"\x89PNG\r\n\x1a\n" + bytes(40): "PNG image",
    b"%PDF-1.7 ...": "PDF",
    b"PK\x03\x04....": "ZIP",
    b"\x1a\x45\xdf\xa3" + bytes(60): "WebM",
    b"\0\x01\x02\x03" * 50: "unknown type",
    b"#EXTM3U\nhttp://example.com/video.ts\n": "text file",
    b"": "empty",
}


def test_a_video_is_probed(tmp_path: Path) -> None:
    facts = probe(write_video(tmp_path / "clip.mp4", rate=Fraction(24000, 1001), sound=True, size=(96, 54)))
    assert (facts.width, facts.height, facts.frames, facts.fps) == (96, 54, 24, Fraction(24000, 1001))
    assert (facts.has_audio, facts.codec, facts.rotation) == (True, "h264", 0)
    assert facts.seconds == pytest.approx(1.001)


def test_a_rotated_video_has_its_size_as_shown(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", rotation=-90, size=(96, 54))
    facts = probe(video)
    assert (facts.width, facts.height, facts.rotation) == (54, 96, 90)
    assert clip_problem(video, 54, 96, 1) == ""


@pytest.mark.parametrize("content", FOREIGN, ids=FOREIGN.values())
def test_a_file_that_is_no_mp4_is_named_for_what_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(content)
    for sentence in (clip_problem(file, 64, 48, 1), _sentence(file)):
        assert FOREIGN[content] in sentence
        assert "clip.mp4" in sentence


def test_missing_files_and_folders_are_explained(tmp_path: Path) -> None:
    assert "no longer exists" in clip_problem(tmp_path / "gone.mp4", 64, 48, 1)
    assert "folder" in clip_problem(tmp_path, 64, 48, 1)
    assert "can't be read" in clip_problem(tmp_path / "null\0.mp4", 64, 48, 1)


def test_a_complete_clip_passes(tmp_path: Path) -> None:
    assert clip_problem(write_video(tmp_path / "plain.mp4"), 64, 48, 1) == ""
    assert clip_problem(write_video(tmp_path / "long.mp4", frames=60, key_every=250), 64, 48, 2.5) == ""
    assert clip_problem(write_video(tmp_path / "late.mp4", faststart=False), None, None, None) == ""
    assert clip_problem(write_video(tmp_path / "sound.mp4", sound=True), 64, 48, 1) == ""


def test_another_size_or_duration_is_reported(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    assert "64 pixels wide instead of 1920" in clip_problem(video, 1920, 1080, 1)
    assert "48 pixels high instead of 64" in clip_problem(video, 64, 64, 1)
    assert "lasts 1.0 s instead of 5 s" in clip_problem(video, 64, 48, 5)
    assert clip_problem(video, 64, 48, 1.3) == ""


def test_a_clip_truncated_anywhere_is_incomplete(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "clip.mp4").read_bytes()
    cut = tmp_path / "cut.mp4"
    for length in range(len(whole) - 1, 0, -37):
        cut.write_bytes(whole[:length])
        assert clip_problem(cut, None, None, None), f"{length} of {len(whole)} bytes pass"


@pytest.mark.parametrize("number", [0, 1, 11, 23])
def test_a_clip_with_a_hole_is_damaged(tmp_path: Path, number: int) -> None:
    video = write_video(tmp_path / "clip.mp4")
    zero_packet(video, number)
    assert "damaged" in clip_problem(video, 64, 48, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damaged_video_crashes_the_app(tmp_path: Path, video_bytes: bytes, data: st.DataObject) -> None:
    content = bytearray(video_bytes[: data.draw(st.integers(0, len(video_bytes)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=6)):
        if content:
            content[at] = data.draw(st.integers(0, 255))
    video = tmp_path / "clip.mp4"
    video.write_bytes(content)
    assert isinstance(clip_problem(video, 64, 48, 1), str)
    _sentence(video)
    with suppress(BadMedia), Decoder(video) as decoder:
        decoder.frame(decoder.count - 1).to_pixel_buffer()


def _sentence(file: Path) -> str:
    try:
        probe(file)
    except BadMedia as bad:
        return str(bad)
    return ""


def test_a_video_trimmed_without_encoding_is_complete() -> None:
    cut = Path(__file__).parents[1] / "data" / "cut_at_the_start.mp4"
    assert clip_problem(cut, 64, 48, 19 / 24) == ""
    assert (probe(cut).frames, probe(cut).width) == (19, 64)
