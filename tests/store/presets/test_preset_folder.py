"""Presets on disk: complete, readable, and nobody's work is lost."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.presets.file_format import SUFFIX, read_preset, write_preset
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.presets.preset_folder import PresetFolder, read_presets
from kling_desktop.store.presets.preset_index import PresetIndex, PresetIndexFile

ROOT = Path(__file__).resolve().parents[3]
FORMATS = Path(__file__).with_name("formats")


def preset(name: str, prompt: str = "A fox") -> Preset:
    return from_draft(Draft(prompt=prompt), name, name, frozenset(PresetPart))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.json"))


def test_a_preset_is_a_file_that_people_can_read(tmp_path: Path) -> None:
    PresetFolder(tmp_path).save(preset("Noir"))
    text = (tmp_path / f"Noir{SUFFIX}").read_text()
    assert '"prompt": "A fox"' in text
    assert list(json.loads(text))[:3] == ["kling_desktop_preset", "id", "name"]
    assert [stored.preset for stored in PresetFolder(tmp_path).read().presets] == [preset("Noir")]


def test_the_same_preset_saved_twice_is_the_same_file_byte_for_byte(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    stored, _ = folder.save(preset("Noir"))
    before = (tmp_path / stored.file).read_bytes()
    folder.save(stored.preset, stored)
    assert (tmp_path / stored.file).read_bytes() == before
    assert names_in(tmp_path) == [stored.file]


def test_a_change_by_another_window_is_not_overwritten(tmp_path: Path) -> None:
    mine, theirs = PresetFolder(tmp_path), PresetFolder(tmp_path)
    stored, _ = mine.save(preset("Noir", "the start"))
    [same] = theirs.read().presets
    theirs.save(preset("Noir", "theirs"), same)
    saved, clash = mine.save(preset("Noir", "mine"), stored)
    assert clash
    assert saved.preset.name == "Noir (my copy)"
    prompts = {stored.preset.name: stored.preset.draft.prompt for stored in PresetFolder(tmp_path).read().presets}
    assert prompts == {"Noir": "theirs", "Noir (my copy)": "mine"}


def test_a_deleted_file_is_written_again(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    stored, _ = folder.save(preset("Noir"))
    (tmp_path / stored.file).unlink()
    _, clash = folder.save(stored.preset, stored)
    assert not clash
    assert names_in(tmp_path) == [stored.file]


def test_a_copy_made_by_a_sync_program_becomes_its_own_preset(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    stored, _ = folder.save(preset("Noir"))
    copy = tmp_path / f"Noir (conflicted copy){SUFFIX}"
    copy.write_bytes((tmp_path / stored.file).read_bytes())
    one, other = folder.read().presets
    assert one.preset.id != other.preset.id
    assert {one.preset.name, other.preset.name} == {"Noir", "Noir (conflicted copy)"}


def test_a_broken_file_is_reported_left_alone_and_hides_no_other(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    folder.save(preset("Noir"))
    (tmp_path / f"broken{SUFFIX}").write_text("{")
    (tmp_path / f"binary{SUFFIX}").write_bytes(b"\xff\xfe\x00")
    contents = folder.read()
    assert [stored.preset.name for stored in contents.presets] == ["Noir"]
    assert len(contents.problems) == 2
    assert all("was skipped" in problem for problem in contents.problems)
    assert (tmp_path / f"broken{SUFFIX}").read_text() == "{"


def test_changes_from_outside_are_seen(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    stored, _ = folder.save(preset("Noir"))
    folder.read()
    text = json.loads((tmp_path / stored.file).read_text())
    (tmp_path / stored.file).write_text(json.dumps(text | {"name": "Noir, longer"}))
    assert [stored.preset.name for stored in folder.read().presets] == ["Noir, longer"]


def test_a_preset_changed_by_another_window_is_not_deleted(tmp_path: Path) -> None:
    mine, theirs = PresetFolder(tmp_path), PresetFolder(tmp_path)
    stored, _ = mine.save(preset("Noir", "the start"))
    theirs.save(preset("Noir", "theirs"), theirs.read().presets[0])
    with pytest.raises(UserError, match="changed by another program"):
        mine.delete(stored)
    assert [one.preset.draft.prompt for one in mine.read().presets] == ["theirs"]


def test_a_broken_link_hides_no_preset(tmp_path: Path) -> None:
    PresetFolder(tmp_path).save(preset("Noir"))
    (tmp_path / "gone.preset.json").symlink_to(tmp_path / "nowhere")
    assert [stored.preset.name for stored in PresetFolder(tmp_path).read().presets] == ["Noir"]


@pytest.mark.parametrize(
    "name", ["Noir.preset.sync-conflict-20261124-AB.json", "Noir.preset (Anna's conflicted copy 2026-11-24).json"]
)
def test_conflicts_of_sync_programs_are_seen_and_the_original_stays_itself(tmp_path: Path, name: str) -> None:
    folder = PresetFolder(tmp_path)
    stored, _ = folder.save(preset("Noir"))
    (tmp_path / name).write_bytes((tmp_path / stored.file).read_bytes())
    ids = {one.file: one.preset.id for one in folder.read().presets}
    assert ids[stored.file] == "Noir"
    assert len(set(ids.values())) == 2


def test_deleting_can_be_undone(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    stored, _ = folder.save(preset("Noir"))
    folder.delete(stored)
    assert folder.read().presets == ()
    assert folder.restore(stored).preset == stored.preset
    assert [again.preset for again in folder.read().presets] == [stored.preset]
    folder.delete(folder.read().presets[0])
    folder.clean_up()
    assert not (tmp_path / ".deleted").exists()


@pytest.mark.parametrize(
    "name",
    ["../../x", "CON", "com1.txt", "a/b\\c", "🦊" * 300, "  ", "..", "nul", "x" * 500, "a\x00b", "\udcff", ".hidden"],
)
def test_any_name_makes_a_file_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = PresetFolder(tmp_path / "presets")
    stored, _ = folder.save(replace(preset("x"), name=name))
    assert (tmp_path / "presets" / stored.file).is_file()
    assert names_in(tmp_path / "presets") == [stored.file]
    assert len(stored.file.encode()) < 255
    assert stored.file.split(".")[0].casefold() not in {"con", "nul", "com1"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["presets"]


def test_two_presets_of_the_same_name_never_share_a_file(tmp_path: Path) -> None:
    folder = PresetFolder(tmp_path)
    files = {
        folder.save(replace(preset(f"id{n}"), name=name))[0].file for n, name in enumerate(["Noir", "noir", "NOIR"])
    }
    assert len({file.casefold() for file in files}) == 3


def test_the_index_keeps_unknown_keys(tmp_path: Path) -> None:
    file = PresetIndexFile(tmp_path / "presets.json")
    assert file.read() == PresetIndex()
    (tmp_path / "presets.json").write_text('{"mood": 1, "order": ["a", 3], "pins": {"1": "a", "x": "b", "2": 4}}')
    assert file.read() == PresetIndex(("a",), {1: "a"})
    file.write(PresetIndex(("b", "a"), {2: "b"}, "a", "b", {"subject": "fox"}))
    assert file.read() == PresetIndex(("b", "a"), {2: "b"}, "a", "b", {"subject": "fox"})
    assert json.loads((tmp_path / "presets.json").read_text())["mood"] == 1
    (tmp_path / "presets.json").write_text("[" * 10)
    assert file.read() == PresetIndex()


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.json")), ids=lambda path: path.name)
def test_every_past_format_opens_today(path: Path) -> None:
    stored = read_preset(path.read_text())
    assert stored.draft.prompt == "A {subject} in the rain, slow push-in"
    assert stored.parts == frozenset(PresetPart)
    assert stored.draft.duration == 10


def test_the_starters_teach_the_five_ways() -> None:
    starters = read_presets(ROOT / "resources" / "presets")
    assert len(starters) == 7
    assert all(starter.is_starter for starter in starters)
    # In the order of their numbers, whatever the lengths of their names.
    assert [starter.name for starter in starters][:2] == ["Establishing shot", "Portrait, slow push-in"]
    tags = {tag for starter in starters for tag in starter.tags}
    assert {"text", "start frame", "start and end frame", "references", "edit a video"} <= tags


WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
sys.path.insert(0, sys.argv[2])
from tests.store.presets.test_preset_folder import preset
from kling_desktop.store.presets.preset_folder import PresetFolder
folder = PresetFolder(Path(sys.argv[1]))
stored = {one.preset.id: one for one in folder.read().presets}
print("ready", flush=True)
number = 0
while True:
    for name in ("one", "two", "three"):
        number += 1
        new = preset(name, f"{number} " + "x" * 20000)
        stored[name], _ = folder.save(new, stored.get(name))
"""


def killed_while_writing(folder: Path, seconds: float) -> None:
    """Let a process write without pause, and kill it at some moment."""
    command = [sys.executable, "-c", WRITER, str(folder), str(ROOT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(seconds)
        os.kill(process.pid, signal.SIGKILL)


def test_killed_at_any_moment_every_preset_is_whole(tmp_path: Path) -> None:
    for moment in range(int(os.environ.get("KILLS", "10"))):
        killed_while_writing(tmp_path, 0.01 + moment % 10 * 0.003)
        contents = PresetFolder(tmp_path).read()
        assert contents.problems == ()
        assert {stored.preset.name for stored in contents.presets} <= {"one", "two", "three"}
        assert all(len(stored.preset.draft.prompt) > 20_000 for stored in contents.presets)


def test_equal_names_are_told_apart_by_their_files(tmp_path: Path) -> None:
    text = write_preset(preset("Bar"))
    others = (
        "Bar.preset (1).json",
        "Bar.preset 2.json",
        "Bar.sync-conflict-20260102.preset.json",
        "Tavern.preset.json",
    )
    for name in ("Bar.preset.json", *others, "~$Bar.preset.json", "._Bar.preset.json"):
        (tmp_path / name).write_text(text)
    (tmp_path / "Twin.preset.json").write_text(write_preset(preset("bAr")).replace('"bAr"', '"another"', 1))
    contents = PresetFolder(tmp_path).read()
    names = [stored.preset.name for stored in contents.presets]
    assert sorted(names) == [
        *("Bar", "Bar (1)", "Bar 2", "Bar Tavern", "Bar sync-conflict-20260102"),
        "bAr Twin",
    ]
    assert len({stored.preset.id for stored in contents.presets}) == len(names)
    assert contents.problems == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\r\n", "is empty"),
        (b'{"kling_desktop_preset": 1, "id": "a', "damaged and can't be read"),
        (b'// mine\n{"kling_desktop_preset": 1}', "damaged and can't be read"),
        (b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n", "marks of a merge"),
        (write_preset(preset("B\u00e4r")).encode("cp1252"), "save it as UTF-8"),
        (b"\xff\xfe\x00", "save it as UTF-8"),
    ],
)
def test_a_preset_that_cannot_be_read_is_told_in_plain_words_and_stays(
    tmp_path: Path, content: bytes, words: str
) -> None:
    folder = PresetFolder(tmp_path)
    (tmp_path / "Noir.preset.json").write_bytes(content)
    (tmp_path / "Sub.preset.json").mkdir()
    [problem] = folder.read().problems
    assert "“Noir.preset.json” was skipped" in problem
    assert words in problem
    assert not [word for word in ("codec", "Errno", "0x", str(tmp_path)) if word in problem]
    assert folder.save(preset("Noir"))[0].file == "Noir 2.preset.json"
    assert (tmp_path / "Noir.preset.json").read_bytes() == content


def test_a_preset_in_utf_16_or_with_carriage_returns_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.preset.json").write_text(write_preset(preset("Wide")), encoding="utf-16")
    (tmp_path / "b.preset.json").write_bytes(write_preset(preset("Cr")).replace("\n", "\r\n").encode("utf-8-sig"))
    assert {stored.preset.name for stored in PresetFolder(tmp_path).read().presets} == {"Wide", "Cr"}


@pytest.mark.parametrize("broken", [b'{"order": ["a", "b"], "pins": {"1": "a"}, "bla', b"", b"[]", b"\xff\xfe"])
def test_an_index_that_cannot_be_read_is_kept_before_a_new_one_is_written(tmp_path: Path, broken: bytes) -> None:
    index = PresetIndexFile(tmp_path / "presets.json")
    for number in (1, 2):
        (tmp_path / "presets.json").write_bytes(broken)
        assert index.read() == PresetIndex()
        assert "presets.json is damaged" in index.problem
        index.change(lambda before: replace(before, last_loaded=f"x{number}"))  # noqa: B023
        assert (tmp_path / f"presets.broken-{number}.json").read_bytes() == broken
        assert index.read().last_loaded == f"x{number}"
        assert index.problem == ""
