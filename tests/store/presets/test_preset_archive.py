"""Preset archives: what was exported is imported, and a malicious file has no effect."""

import hashlib
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.presets.conflicts import ConflictChoice, resolve_conflicts
from kling_desktop.domain.presets.file_format import write_preset
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft
from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.media.image.conversion import pack_image
from kling_desktop.store.presets.preset_archive import PresetArchive, extract_images, read_archive, write_archive
from kling_desktop.store.presets.preset_folder import PresetFolder

CAT = StoredMedia("11111111-1111-4111-8111-111111111111", UPLOADED)


@pytest.fixture
def picture(tmp_path: Path) -> LocalImage:
    (tmp_path / "own").mkdir()
    path = tmp_path / "own" / "dog.png"
    Image.new("RGB", (400, 300), "brown").save(path)
    return LocalImage(str(path), "dog.png", "d" * 64, 400, 300)


def preset(name: str, draft: Draft | None = None) -> Preset:
    return from_draft(draft or Draft(prompt=f"About {name}"), f"id-{name}", name, frozenset(PresetPart))


def packed(path: Path, entries: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


GOOD = write_preset(preset("Good"))


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_exported_presets_are_imported_with_their_images(tmp_path: Path, picture: LocalImage) -> None:
    framed = preset("Framed", Draft(prompt="A dog", start_frame=(picture,), end_frame=(CAT,)))
    file = tmp_path / "two.klingpresets"
    assert write_archive([framed, preset("Plain")], file, pack_image) == ()
    Path(picture.file).rename(tmp_path / "own" / "moved.png")
    archive = read_archive(file)
    first, second = extract_images(archive, archive.presets, tmp_path / "there")
    assert (first.name, second) == ("Framed", preset("Plain"))
    [frame] = first.draft.start_frame
    assert isinstance(frame, LocalImage)
    assert Path(frame.file).parent == tmp_path / "there"
    assert Path(frame.file).read_bytes() == (tmp_path / "own" / "moved.png").read_bytes()
    assert first.draft.end_frame == (CAT,)


def test_a_missing_image_is_named_and_the_rest_is_exported(tmp_path: Path, picture: LocalImage) -> None:
    framed = preset("Framed", Draft(prompt="A dog", start_frame=(picture,), end_frame=(CAT,)))
    Path(picture.file).unlink()
    assert write_archive([framed], tmp_path / "one.klingpresets", pack_image) == ("dog.png",)
    [came] = read_archive(tmp_path / "one.klingpresets").presets
    assert came.draft == replace(framed.draft, start_frame=())


def test_a_path_to_a_file_outside_the_archive_is_dropped(tmp_path: Path) -> None:
    thief = preset("Thief", Draft(prompt="x", start_frame=(LocalImage("/etc/passwd", "secrets"),)))
    archive = read_archive(packed(tmp_path / "a.zip", {"presets/a.preset.json": write_preset(thief)}))
    assert archive.presets[0].draft.start_frame == ()
    assert "“secrets” of “Thief” isn't in the file" in archive.problems[0]


def test_one_broken_preset_does_not_hide_the_others(tmp_path: Path) -> None:
    entries: dict[str, bytes | str] = {"presets/a.preset.json": "{", "presets/b.preset.json": GOOD}
    archive = read_archive(packed(tmp_path / "a.zip", entries))
    assert [one.name for one in archive.presets] == ["Good"]
    assert len(archive.problems) == 1


def _with_symlink(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("presets/a.preset.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")


def _with_too_many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"presets/{number}.preset.json", "")


def _with_a_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("presets/a.preset.json", GOOD)
        for number in range(17):
            archive.writestr(f"media/{number:064x}.png", bytes(2**26))


def _with_a_lie(path: Path) -> None:
    """The directory says that the preset is small; it isn't."""
    packed(path, {"presets/a.preset.json": b" " * 8_000_000 + GOOD.encode()})
    content = bytearray(path.read_bytes())
    size = struct.pack("<I", 8_000_000 + len(GOOD.encode()))
    at = content.rfind(size)
    content[at : at + 4] = struct.pack("<I", 100)
    path.write_bytes(content)


def _encrypted(path: Path) -> None:
    packed(path, {"presets/a.preset.json": GOOD})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + place] |= 1
    path.write_bytes(content)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "a path out of the folder": lambda path: packed(path, {"../../x.preset.json": GOOD}),
    "a path out of its own folder": lambda path: packed(path, {"presets/../../x.preset.json": GOOD}),
    "an absolute path": lambda path: packed(path, {"/tmp/x.preset.json": GOOD}),
    "a path of Windows": lambda path: packed(path, {"presets\\..\\x.preset.json": GOOD}),
    "a program": lambda path: packed(path, {"presets/a.preset.json": GOOD, "run.exe": b"MZ"}),
    "a link": _with_symlink,
    "very many files": _with_too_many,
    "a bomb": _with_a_bomb,
    "a lie about its size": _with_a_lie,
    "a password": _encrypted,
    "nothing": lambda path: packed(path, {}),
    "only pictures": lambda path: packed(path, {f"media/{'0' * 64}.png": b"x"}),
    "no zip": lambda path: path.write_bytes(b"PK\x03\x04 and nothing more"),
    "half a zip": lambda path: path.write_bytes(packed(path, {"presets/a.preset.json": GOOD}).read_bytes()[:-30]),
    "deep nesting": lambda path: packed(
        path, {"presets/a.preset.json": '{"kling_desktop_preset": 1, "x": ' + "[" * 200_000 + "]" * 200_000 + "}"}
    ),
    "a huge number": lambda path: packed(
        path, {"presets/a.preset.json": GOOD.replace('"duration": 5', f'"duration": {"9" * 5000}')}
    ),
    "no number": lambda path: packed(path, {"presets/a.preset.json": GOOD.replace('"duration": 5', '"duration": NaN')}),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_malicious_archive_is_refused_with_a_message_and_writes_nothing(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "hostile.klingpresets")
    before = everything_below(tmp_path)
    with pytest.raises(UserError, match=r"[.]$"):
        read_archive(tmp_path / "hostile.klingpresets")
    assert everything_below(tmp_path) == before


def test_an_image_whose_hash_differs_stops_the_import(tmp_path: Path) -> None:
    name = f"media/{hashlib.sha256(b'one').hexdigest()}.png"
    framed = preset("Framed", Draft(prompt="x", start_frame=(LocalImage(name, "one.png"),)))
    entries: dict[str, bytes | str] = {"presets/a.preset.json": write_preset(framed), name: b"another"}
    archive = read_archive(packed(tmp_path / "a.zip", entries))
    with pytest.raises(UserError, match="damaged"):
        extract_images(archive, archive.presets, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("name", ["../../x", "CON", "🦊" * 300, "a\x00b", "", "x" * 10_000, "..", "nul.preset.json"])
def test_preset_names_are_never_paths(tmp_path: Path, name: str) -> None:
    text = json.dumps(json.loads(GOOD) | {"name": name})
    archive = read_archive(packed(tmp_path / "a.zip", {"presets/a.preset.json": text}))
    folder = PresetFolder(tmp_path / "in" / "presets")
    folder.import_presets([]) if (tmp_path / "in").exists() else None
    folder.save(preset("First"))
    folder.import_presets([(archive.presets[0], None)])
    assert len(folder.read().presets) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "in"}
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"presets"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(max_examples=int(os.environ.get("FUZZ", "60")), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes changed, removed or inserted anywhere: valid presets or an error message, never anything else."""
    buffer = BytesIO()
    with zipfile.ZipFile(
        buffer, "w", data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    ) as archive:
        names = st.text("presetmdia/.json\\:_0é", min_size=1, max_size=30) | st.just("presets/a.preset.json")
        for name in data.draw(st.lists(names, min_size=1, max_size=3)):
            archive.writestr(name, data.draw(st.binary(max_size=200) | st.just(GOOD.encode())))
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(max_size=4))
        content[at : at + data.draw(st.integers(0, 4))] = piece
        content = content or bytearray(b"x")
    file = tmp_path / "fuzzed.zip"
    file.write_bytes(content)
    before = everything_below(tmp_path)
    try:
        exported = read_archive(file)
        assert exported.presets
        extract_images(exported, exported.presets, tmp_path / "there")
        sentence = "."
    except UserError as refused:
        sentence = str(refused)
    assert sentence.endswith(".")
    assert everything_below(tmp_path) == before


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=int(os.environ.get("FUZZ", "100")), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(
        st.sampled_from(["id", "name", "prompt", "settings", "media", "tags", "starter", "kling_desktop_preset"]),
        json_values,
        max_size=3,
    ),
    setting=st.dictionaries(st.sampled_from(["width", "duration", "seed", "mode", "new"]), json_values, max_size=2),
    medium=st.dictionaries(st.sampled_from(["id", "type", "file", "fit", "width", "seconds"]), json_values, max_size=4),
)
def test_any_values_are_read_or_refused(
    tmp_path: Path, changes: dict[str, object], setting: dict[str, object], medium: dict[str, object]
) -> None:
    text = json.loads(GOOD)
    text["settings"] |= setting
    text["media"]["start_frame"] = [medium] if medium else []
    file = packed(tmp_path / "a.zip", {"presets/a.preset.json": json.dumps(text | changes)})
    try:
        [came] = read_archive(file).presets
    except UserError as refused:
        sentence = str(refused)
        came = None
    if came is None:
        assert sentence.endswith(".")
        return
    folder = PresetFolder(tmp_path / "presets")
    folder.save(preset("First"))
    folder.import_presets([(came, None)])
    [again] = [kept.preset for kept in folder.read().presets if kept.preset.name != "First"]
    assert again == came
    for kept in folder.read().presets:
        folder.delete(kept)
    folder.clean_up()


def test_each_conflict_is_resolved_separately() -> None:
    known = [preset("Noir"), preset("Rain")]
    coming = [replace(preset("Noir"), draft=Draft(prompt="new")), replace(preset("rain"), id="other"), preset("Sun")]
    ids = ["n1", "n2", "n3"]
    both = resolve_conflicts(coming, known, {}, ids)
    assert [(one.preset.id, one.preset.name, one.replaces) for one in both] == [
        ("n1", "Noir 2", None),
        ("other", "rain 2", None),
        ("id-Sun", "Sun", None),
    ]
    replaced = resolve_conflicts(coming, known, {"id-Noir": ConflictChoice.REPLACE, "other": ConflictChoice.SKIP}, ids)
    assert [(one.preset.id, one.replaces) for one in replaced] == [("id-Noir", known[0]), ("id-Sun", None)]
    assert replaced[0].preset.draft.prompt == "new"


def test_an_interrupted_import_is_finished_or_dropped(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    folder.save(preset("First"))
    for kind, name in ((".come-x", "Whole"), (".coming-x", "Half")):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / f"{name}.preset.json").write_text(write_preset(preset(name)))
    again = PresetFolder(tmp_path)
    again.clean_up()
    assert {kept.preset.name for kept in again.read().presets} == {"First", "Whole"}
    assert not list(tmp_path.glob(".com*"))


def test_an_archive_knows_its_path(tmp_path: Path) -> None:
    file = tmp_path / "one.klingpresets"
    write_archive([preset("One")], file, pack_image)
    assert read_archive(file) == PresetArchive(file, (preset("One"),))
