"""Metadata goes into MP4s of every muxer without touching a packet, or not at all."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import pytest

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata, write_clip_metadata
from kling_desktop.media.mp4_boxes import is_complete_file
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.probe import clip_problem, probe
from tests.media.video_fixtures import remux, with_matrix, write_video

TEXT = '{"request": {"prompt": "a fox 狐"}}'


def tracks(video: Path) -> dict[int, list[tuple[Any, ...]]]:
    found = defaultdict(list)
    with av.open(str(video)) as container:
        for packet in container.demux():
            if packet.size:
                found[packet.stream_index].append((packet.pts, packet.dts, packet.is_keyframe, bytes(packet)))
    return found


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


MUXERS = {
    "index behind": {"movflags": "0"},
    "fragments": {"movflags": "frag_keyframe+empty_moov"},
    "fragments with offsets from the start": {"movflags": "frag_keyframe+empty_moov+omit_tfhd_offset"},
    "fragments with an index": {"movflags": "frag_keyframe+empty_moov+default_base_moof+global_sidx"},
    "sound and video apart": {"movflags": "+faststart", "max_interleave_delta": "1", "chunk_duration": "400000"},
    "no edit list": {"movflags": "+faststart", "use_editlist": "0"},
    "negative times": {"movflags": "negative_cts_offsets+faststart"},
}


@pytest.mark.parametrize("name", MUXERS)
@pytest.mark.parametrize("sound", [True, False])
def test_every_packet_of_every_track_stays(tmp_path: Path, name: str, sound: bool) -> None:
    video = remux(write_video(tmp_path / "plain.mp4", sound=sound), tmp_path / "clip.mp4", MUXERS[name])
    before, facts = tracks(video), probe(video)
    for text in ("{}", TEXT, TEXT):
        write_clip_metadata(video, text, "A fox", "A fox in the snow", datetime(2027, 1, 2, tzinfo=UTC))
        size = video.stat().st_size
    assert read_clip_metadata(video) == TEXT
    assert tracks(video) == before
    assert replace(probe(video), fps=facts.fps) == facts  # a rate that isn't stated is guessed from the file's size
    assert clip_problem(video, 64, 48, 1) == ""
    assert is_complete_file(video)
    assert video.stat().st_size == size  # what was there is replaced
    with av.open(str(video)) as container:
        assert (container.metadata["title"], container.metadata["description"]) == ("A fox", "A fox in the snow")
        assert container.metadata["creation_time"].startswith("2027-01-02")


def with_user_data(video: Path, content: bytes) -> None:
    """Add boxes to the index of an MP4 that ends with it."""
    old = video.read_bytes()
    at = old.rindex(b"moov") - 4
    moov = old[at + 8 :].replace(b"udta", b"free")
    video.write_bytes(old[:at] + box(b"moov", moov + box(b"udta", content)))


ILST = box(b"ilst", box(b"\xa9ART", box(b"data", b"\0\0\0\1\0\0\0\0Somebody")))
APPLE = box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9)) + ILST)
QUICKTIME = box(b"meta", box(b"hdlr", bytes(8) + b"mdta" + bytes(13)))


@pytest.mark.parametrize("user_data", [APPLE, QUICKTIME, APPLE + bytes(4), b""], ids=["mdir", "mdta", "zero", "none"])
def test_tags_of_others_stay(tmp_path: Path, user_data: bytes) -> None:
    plain = write_video(tmp_path / "plain.mp4", sound=True)
    video = remux(plain, tmp_path / "clip.mp4", {"movflags": "0"})
    with_user_data(video, user_data)
    before = tracks(video)
    write_clip_metadata(video, TEXT)
    assert (read_clip_metadata(video), tracks(video)) == (TEXT, before)
    with av.open(str(video)) as container:
        assert container.metadata.get("artist", "") == ("Somebody" if APPLE in user_data else "")


@pytest.mark.parametrize("how", ["mirrored", "other boxes", "a box without a length"])
def test_what_a_muxer_would_drop_stays(tmp_path: Path, how: str) -> None:
    video = write_video(tmp_path / "clip.mp4", sound=True)
    content, others = video.read_bytes(), box(b"free", b"mine") + box(b"uuid", bytes(range(16)) + b"theirs")
    if how == "mirrored":
        content = with_matrix(content, -1, 0, 0, 1)
    elif how == "other boxes":
        content += others
    else:
        at = content.rindex(b"mdat") - 4
        content = content[:at] + bytes(4) + content[at + 4 : at + int.from_bytes(content[at : at + 4])]
    video.write_bytes(content)
    before = tracks(video)
    write_clip_metadata(video, TEXT)
    assert (read_clip_metadata(video), tracks(video)) == (TEXT, before)
    assert (others in video.read_bytes()) is (how == "other boxes")
    with Decoder(video) as decoder:
        assert (decoder.display.transpose is not None) is (how == "mirrored")


def test_a_file_that_counts_from_what_moves_is_left_alone(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    content = video.read_bytes()
    at = content.index(b"moov") - 4
    for odd in (box(b"sidx", bytes(20)), box(b"meta", bytes(4) + box(b"hdlr", bytes(25)) + box(b"iloc", bytes(8)))):
        video.write_bytes(content[:at] + odd + content[at:])
        before = video.read_bytes()
        with pytest.raises(BadMedia, match="without changing the video"):
            write_clip_metadata(video, TEXT)
        assert video.read_bytes() == before
    assert list(tmp_path.iterdir()) == [video]
