"""The second place where a clip's settings are stored, read here without any code of the app."""

import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata, write_clip_metadata
from kling_desktop.media.metadata.xmp import append_xmp, read_xmp
from kling_desktop.media.video.probe import clip_problem, probe
from kling_desktop.services.clips.clip_metadata import to_json
from tests.media.video_fixtures import write_video

ADOBES_BOX = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
SETTINGS = json.dumps(
    {"app": "Kling Desktop", "request": {"prompt": "狐 <b> & ]]> “so” \\ \n\x7f\ufffe 🦊"}}, ensure_ascii=False
)
MADE = datetime(2026, 11, 25, 14, 2, 33, tzinfo=timezone(timedelta(hours=1)))
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    clip = write_video(tmp_path / "clip.mp4", sound=True)
    write_clip_metadata(clip, SETTINGS, "A fox", "A fox & a 狐", MADE)
    return clip


def boxes(clip: Path) -> list[tuple[bytes, bytes]]:
    """Return the top-level boxes of an MP4, as defined by the standard."""
    content, at, found = clip.read_bytes(), 0, []
    while at < len(content):
        size = int.from_bytes(content[at : at + 4])
        assert size >= 8
        found.append((content[at + 4 : at + 8], content[at + 8 : at + size]))
        at += size
    return found


def test_the_xmp_box_follows_the_standard(clip: Path) -> None:
    kinds = [kind for kind, _ in boxes(clip)]
    assert kinds.index(b"moov") < kinds.index(b"mdat")
    assert kinds.count(b"uuid") == 1
    [packet] = [inner[16:] for kind, inner in boxes(clip) if kind == b"uuid" and inner[:16] == ADOBES_BOX]
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode())
    assert packet.endswith(b'<?xpacket end="r"?>')
    tree = ElementTree.fromstring(packet)
    assert tree.tag == "{adobe:ns:meta/}xmpmeta"
    described = tree.find("rdf:RDF/rdf:Description", NAMES)
    assert described is not None
    assert described.findtext("dc:title/rdf:Alt/rdf:li", namespaces=NAMES) == "A fox"
    assert described.findtext("dc:description/rdf:Alt/rdf:li", namespaces=NAMES) == "A fox & a 狐"
    assert described.findtext("xmp:CreateDate", namespaces=NAMES) == "2026-11-25T14:02:33+01:00"
    assert described.findtext("xmp:CreatorTool", namespaces=NAMES) == "Kling Desktop"


def test_players_see_title_description_and_settings(clip: Path) -> None:
    with av.open(str(clip)) as container:
        tags = container.metadata
    assert (tags["title"], tags["description"]) == ("A fox", "A fox & a 狐")
    assert tags["creation_time"] == "2026-11-25T13:02:33.000000Z"
    assert json.loads(tags["comment"]) == json.loads(SETTINGS)


def test_settings_survive_without_the_xmp(clip: Path, tmp_path: Path) -> None:
    stripped = tmp_path / "stripped.mp4"
    stripped.write_bytes(b"".join((len(inner) + 8).to_bytes(4) + kind + inner for kind, inner in boxes(clip)[:-1]))
    assert read_xmp(stripped) is None
    assert json.loads(read_clip_metadata(stripped) or "") == json.loads(SETTINGS)


@pytest.mark.parametrize("comment", [None, "Sent with a messenger", "[1]", "{"])
def test_settings_survive_without_the_tags(clip: Path, tmp_path: Path, comment: str | None) -> None:
    stripped = tmp_path / "stripped.mp4"
    with av.open(str(clip)) as source, av.open(str(stripped), "w", format="mp4") as copy:
        video = source.streams.video[0]
        copied = copy.add_stream_from_template(video)
        copy.metadata.update({"comment": comment} if comment else {})
        for packet in source.demux(video):
            if packet.dts is not None:
                packet.stream = copied
                copy.mux(packet)
    assert read_clip_metadata(stripped) == comment
    xmp = next(inner for kind, inner in boxes(clip) if kind == b"uuid")
    with stripped.open("ab") as file:
        file.write((len(xmp) + 8).to_bytes(4) + b"uuid" + xmp)
    assert json.loads(read_clip_metadata(stripped) or "") == json.loads(SETTINGS)


def test_a_comment_of_the_user_is_still_read(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4")
    write_clip_metadata(clip, "a note of the user's")
    assert read_clip_metadata(clip) == "a note of the user's"


def test_a_packet_rewritten_by_another_program_is_read(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4")
    described = '<r:Description xmlns:k="urn:kling-desktop:xmp:1.0#" k:settings="{&quot;job&quot;: 1}"/>'
    _append(clip, f'<r:RDF xmlns:r="{NAMES["rdf"]}">{described}</r:RDF>'.encode() + b" " * 2000 + b"\0")
    assert read_clip_metadata(clip) == '{"job": 1}'


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<not closed",
        b"\xff\xfe<\0a\0/\0>\0",
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'.encode("utf-16"),
        b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a xmlns:k="urn:kling-desktop:xmp:1.0#"><k:settings>&b;</k:settings></a>',
        b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="klingon"?><a/>',
    ],
)
def test_a_malicious_packet_is_harmless(tmp_path: Path, packet: bytes) -> None:
    clip = write_video(tmp_path / "clip.mp4", frames=2)
    _append(clip, packet)
    assert read_clip_metadata(clip) is None
    assert clip_problem(clip, None, None, None) == ""


def test_any_bytes_are_read_without_an_error(tmp_path: Path) -> None:
    chance, file = random.Random(1), tmp_path / "clip.mp4"
    sound = write_video(tmp_path / "sound.mp4", frames=2)
    append_xmp(sound, SETTINGS, "", "")
    content = sound.read_bytes()
    for _ in range(300):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            broken[chance.randrange(len(broken))] = chance.choice((0, 1, 255, chance.randrange(256)))
        file.write_bytes(broken[: chance.randint(0, len(broken))])
        read_xmp(file)
    file.write_bytes(bytes(4) + b"free" + b"\0\0\0\1free" + bytes(8))
    assert read_xmp(file) is None


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60), st.text(max_size=20))
def test_any_settings_are_read_back_unchanged(prompt: str, title: str) -> None:
    settings = {"request": {"prompt": prompt, title: [1, None]}}
    with TemporaryDirectory() as folder:
        file = Path(folder, "clip.mp4")
        file.write_bytes(b"\0\0\0\x08free")
        append_xmp(file, to_json(settings), title, without_lone_surrogates(prompt))
        assert json.loads(read_xmp(file) or "") == settings


def test_rewriting_settings_replaces_tag_and_xmp(clip: Path) -> None:
    facts = probe(clip)
    write_clip_metadata(clip, '{"job": "2"}', "Two", "", MADE + timedelta(days=1))
    assert read_clip_metadata(clip) == read_xmp(clip) == '{"job": "2"}'
    assert [kind for kind, _ in boxes(clip)].count(b"uuid") == 1
    assert probe(clip) == facts
    with av.open(str(clip)) as container:
        assert container.metadata["creation_time"].startswith("2026-11-25T13:02:33"), "when it was made, not when noted"


def _append(clip: Path, packet: bytes) -> None:
    with clip.open("ab") as file:
        file.write((24 + len(packet)).to_bytes(4) + b"uuid" + ADOBES_BOX + packet)
