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
    b"\x89PNG\r\n\x1a\n" + bytes(40): "PNG picture",
    b"%PDF-1.7 ...": "PDF",
    b"PK\x03\x04....": "ZIP",
    b"\x1a\x45\xdf\xa3" + bytes(60): "WebM",
    b"\0\x01\x02\x03" * 50: "unknown kind",
    b"#EXTM3U\nhttp://example.com/film.ts\n": "text file",
    b"": "empty",
}


def test_the_facts_of_a_film(tmp_path: Path) -> None:
    facts = probe(write_video(tmp_path / "clip.mp4", rate=Fraction(24000, 1001), sound=True, size=(96, 54)))
    assert (facts.width, facts.height, facts.frames, facts.fps) == (96, 54, 24, Fraction(24000, 1001))
    assert (facts.has_audio, facts.codec, facts.rotation) == (True, "h264", 0)
    assert facts.seconds == pytest.approx(1.001)


def test_a_film_taken_sideways_is_as_wide_as_it_is_shown(tmp_path: Path) -> None:
    film = write_video(tmp_path / "clip.mp4", rotation=-90, size=(96, 54))
    facts = probe(film)
    assert (facts.width, facts.height, facts.rotation) == (54, 96, 90)
    assert clip_problem(film, 54, 96, 1) == ""


@pytest.mark.parametrize("content", FOREIGN, ids=FOREIGN.values())
def test_what_is_no_mp4_is_called_what_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(content)
    for sentence in (clip_problem(file, 64, 48, 1), _sentence(file)):
        assert FOREIGN[content] in sentence
        assert "clip.mp4" in sentence


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    assert "doesn't exist any more" in clip_problem(tmp_path / "gone.mp4", 64, 48, 1)
    assert "folder" in clip_problem(tmp_path, 64, 48, 1)
    assert "can't be read" in clip_problem(tmp_path / "null\0.mp4", 64, 48, 1)


def test_a_whole_clip_passes(tmp_path: Path) -> None:
    assert clip_problem(write_video(tmp_path / "plain.mp4"), 64, 48, 1) == ""
    assert clip_problem(write_video(tmp_path / "long.mp4", frames=60, key_every=250), 64, 48, 2.5) == ""
    assert clip_problem(write_video(tmp_path / "late.mp4", faststart=False), None, None, None) == ""
    assert clip_problem(write_video(tmp_path / "sound.mp4", sound=True), 64, 48, 1) == ""


def test_another_size_or_length_is_told(tmp_path: Path) -> None:
    film = write_video(tmp_path / "clip.mp4")
    assert "64 pixels wide instead of 1920" in clip_problem(film, 1920, 1080, 1)
    assert "48 pixels high instead of 64" in clip_problem(film, 64, 64, 1)
    assert "lasts 1.0 s instead of 5 s" in clip_problem(film, 64, 48, 5)
    assert clip_problem(film, 64, 48, 1.3) == ""


def test_a_clip_cut_off_anywhere_is_not_whole(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "clip.mp4").read_bytes()
    cut = tmp_path / "cut.mp4"
    for length in range(len(whole) - 1, 0, -37):
        cut.write_bytes(whole[:length])
        assert clip_problem(cut, None, None, None), f"{length} of {len(whole)} bytes pass"


@pytest.mark.parametrize("number", [0, 1, 11, 23])
def test_a_clip_with_a_hole_is_damaged(tmp_path: Path, number: int) -> None:
    film = write_video(tmp_path / "clip.mp4")
    zero_packet(film, number)
    assert "damaged" in clip_problem(film, 64, 48, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_broken_film_brings_the_app_down(tmp_path: Path, whole_film: bytes, data: st.DataObject) -> None:
    content = bytearray(whole_film[: data.draw(st.integers(0, len(whole_film)))])
    for at in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=6)):
        if content:
            content[at] = data.draw(st.integers(0, 255))
    film = tmp_path / "clip.mp4"
    film.write_bytes(content)
    assert isinstance(clip_problem(film, 64, 48, 1), str)
    _sentence(film)
    with suppress(BadMedia), Decoder(film) as decoder:
        decoder.frame(decoder.count - 1).to_pixel_buffer()


def _sentence(file: Path) -> str:
    try:
        probe(file)
    except BadMedia as bad:
        return str(bad)
    return ""


def test_a_film_cut_at_the_start_without_encoding_is_whole() -> None:
    cut = Path(__file__).parents[1] / "data" / "cut_at_the_start.mp4"
    assert clip_problem(cut, 64, 48, 19 / 24) == ""
    assert (probe(cut).frames, probe(cut).width) == (19, 64)
