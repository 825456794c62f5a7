from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.probe import clip_problem, probe
from tests.media.video_fixtures import remux, with_matrix, write_video, zero_packet

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


@pytest.mark.parametrize("codec", ["libx265", "libsvtav1", "libx264"])
@pytest.mark.parametrize("key_every", [250, 12])
def test_a_complete_clip_of_any_codec_passes(tmp_path: Path, codec: str, key_every: int) -> None:
    quiet = {"libx265": {"x265-params": "log-level=none"}, "libsvtav1": {"preset": "12", "crf": "40"}}
    video = write_video(
        tmp_path / "clip.mp4", codec=codec, frames=40, key_every=key_every, options=quiet.get(codec), sound=True
    )
    assert clip_problem(video, 64, 48, 40 / 24) == ""
    content = video.read_bytes()
    video.write_bytes(content[:-60])
    assert clip_problem(video, None, None, None)


@pytest.mark.parametrize(
    "flags", ["frag_keyframe+empty_moov", "frag_keyframe+empty_moov+default_base_moof+global_sidx"]
)
def test_a_fragmented_clip_passes(tmp_path: Path, flags: str) -> None:
    video = remux(write_video(tmp_path / "clip.mp4", sound=True), tmp_path / "fragmented.mp4", {"movflags": flags})
    assert clip_problem(video, 64, 48, 1) == ""


MATRICES: dict[str, tuple[list[int], Callable[[Image.Image], Image.Image]]] = {
    "mirrored": ([-1, 0, 0, 1], ImageOps.mirror),
    "upside down": ([-1, 0, 0, -1], lambda image: image.rotate(180)),
    "flipped": ([1, 0, 0, -1], ImageOps.flip),
    "quarter turn": ([0, 1, -1, 0], lambda image: image.rotate(-90, expand=True)),
    "three quarters": ([0, -1, 1, 0], lambda image: image.rotate(90, expand=True)),
    "turned and mirrored": ([0, 1, 1, 0], lambda image: image.transpose(Image.Transpose.TRANSPOSE)),
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_video_is_shown_as_its_matrix_says(tmp_path: Path, name: str) -> None:
    (a, b, c, d), expected = MATRICES[name]
    plain, turned = write_video(tmp_path / "plain.mp4", frames=2), tmp_path / "turned.mp4"
    turned.write_bytes(with_matrix(plain.read_bytes(), a, b, c, d))
    with Decoder(plain) as decoder:
        want = expected(decoder.frame(1).to_image())
    with Decoder(turned) as decoder:
        frame = decoder.frame(1)
        assert decoder.size == want.size
        assert frame.to_image().tobytes() == want.tobytes()
        difference = ImageChops.difference(frame.to_small_image(want.size), want).convert("L")
        assert max(difference.tobytes()) < 24
    assert (probe(turned).width, probe(turned).height) == want.size


@pytest.mark.parametrize(("aspect", "rotation", "shown"), [
    (Fraction(4, 3), 0, (85, 48)), (Fraction(4, 3), -90, (48, 85)), (Fraction(1, 2), 0, (64, 96)),
    (Fraction(1, 1000), 0, (64, 48)),
])  # fmt: skip
def test_pixels_that_are_not_square_are_shown_in_shape(
    tmp_path: Path, aspect: Fraction, rotation: int, shown: tuple[int, int]
) -> None:
    video = write_video(tmp_path / "clip.mp4", frames=2, rotation=rotation, pixel_aspect=aspect)
    facts = probe(video)
    assert (facts.width, facts.height) == shown
    with Decoder(video) as decoder:
        frame = decoder.frame(1)
        buffer = frame.to_pixel_buffer()
        assert decoder.size == frame.to_image().size == (buffer.width, buffer.height) == shown
        small = frame.to_small_image((20, 20))
        assert max(small.size) == 20
        assert small.width / small.height == pytest.approx(shown[0] / shown[1], rel=0.1)
    assert clip_problem(video, *shown, None) == ""


def test_a_video_trimmed_at_its_end_is_complete(tmp_path: Path) -> None:
    """Its index holds more frames than are shown."""
    content = bytearray(write_video(tmp_path / "clip.mp4", key_every=4, options={"bf": "0"}).read_bytes())
    at = content.index(b"elst") + 12
    content[at : at + 4] = (int.from_bytes(content[at : at + 4]) // 2).to_bytes(4)
    (tmp_path / "clip.mp4").write_bytes(content)
    assert clip_problem(tmp_path / "clip.mp4", 64, 48, 0.5) == ""
