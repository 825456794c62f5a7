import json
from pathlib import Path
from typing import Any

import av
import pytest

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata, write_clip_metadata
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.poster import write_poster
from kling_desktop.media.video.probe import clip_problem, probe
from tests.media.video_fixtures import write_video

REQUEST = json.dumps({"prompt": "Ein Kätzchen 🐈 spielt; 猫が遊ぶ — “so” \\ / \n" * 160}, ensure_ascii=False)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"sound": True},
        {"rotation": 90},
        {"rate": 30},
        {"times": [0, 10, 50, 130, 140, 150, 400, 500, 510, 600, 601, 1000], "frames": 12},
        {"faststart": False},
    ],
)
def test_a_clip_carries_its_metadata_and_stays_the_same_video(tmp_path: Path, how: dict[str, Any]) -> None:
    video = write_video(tmp_path / "clip.mp4", **how)
    before, facts, pictures = _packets(video), probe(video), _pictures(video)
    assert len(REQUEST.encode()) > 8000
    write_clip_metadata(video, REQUEST)
    assert read_clip_metadata(video) == REQUEST
    assert _packets(video) == before
    assert probe(video) == facts
    assert _pictures(video) == pictures
    assert clip_problem(video, None, None, None) == ""
    assert video.read_bytes().index(b"moov") < video.read_bytes().index(b"mdat")
    assert list(tmp_path.iterdir()) == [video]


def test_metadata_can_be_replaced(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    for text in ("first", "second", "{}"):
        write_clip_metadata(video, text)
        assert read_clip_metadata(video) == text


def test_a_video_without_metadata_has_none(tmp_path: Path) -> None:
    assert read_clip_metadata(write_video(tmp_path / "clip.mp4")) is None


def test_a_file_that_is_no_video_keeps_its_content(tmp_path: Path) -> None:
    page = tmp_path / "clip.mp4"
    page.write_text("<html>Sign in</html>")
    with pytest.raises(BadMedia, match="web page"):
        write_clip_metadata(page, "{}")
    with pytest.raises(BadMedia, match="web page"):
        read_clip_metadata(page)
    assert page.read_text() == "<html>Sign in</html>"
    assert list(tmp_path.iterdir()) == [page]


def test_a_truncated_video_is_unchanged(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4")
    cut = video.read_bytes()[:-40]
    video.write_bytes(cut)
    with pytest.raises(BadMedia):
        write_clip_metadata(video, "{}")
    assert video.read_bytes() == cut


def test_the_poster_is_the_first_frame(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", size=(640, 360))
    poster = write_poster(video, tmp_path / "poster.jpg", width=320)
    with av.open(str(poster)) as still:
        assert (still.streams.video[0].width, still.streams.video[0].height) == (320, 180)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "poster.jpg"]


def test_a_damaged_video_leaves_an_older_poster_alone(tmp_path: Path) -> None:
    video, poster = tmp_path / "clip.mp4", tmp_path / "poster.jpg"
    video.write_bytes(b"\0\0\0\x18ftypisom" + bytes(200))
    poster.write_bytes(b"older")
    with pytest.raises(BadMedia):
        write_poster(video, poster)
    assert poster.read_bytes() == b"older"


def _packets(video: Path) -> list[tuple[object, ...]]:
    with av.open(str(video)) as container:
        return [
            (packet.stream.type, packet.pts, packet.dts, packet.time_base, packet.is_keyframe, bytes(packet))
            for packet in container.demux()
            if packet.size
        ]


def _pictures(video: Path) -> list[bytes]:
    with Decoder(video) as decoder:
        return [frame.to_image().tobytes() for frame in decoder.frames()]
