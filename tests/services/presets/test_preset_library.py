"""The presets as the window has them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.presets.conflicts import ConflictChoice
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.store.presets.preset_archive import MAX_IMAGE_BYTES, read_archive
from kling_desktop.store.presets.preset_folder import PresetFolder
from kling_desktop.store.presets.preset_index import PresetIndexFile

FOX = Draft(prompt="A fox", duration=10)
STARTER = replace(
    from_draft(Draft(prompt="A {subject}"), "starter-one", "Starter", frozenset(PresetPart)), is_starter=True
)


def presets_at(home: Path) -> PresetLibrary:
    return PresetLibrary(PresetFolder(home / "presets"), PresetIndexFile(home / "presets.json"), lambda: (STARTER,))


@pytest.fixture
async def presets(tmp_path: Path) -> PresetLibrary:
    made = presets_at(tmp_path)
    await made.open()
    return made


def names(presets: PresetLibrary) -> list[str]:
    return [preset.name for preset in presets.all]


async def kept(presets: PresetLibrary, name: str) -> Preset:
    return await presets.save_new(FOX, name, frozenset(PresetPart))


async def test_only_the_first_start_adds_the_starters(presets: PresetLibrary, tmp_path: Path) -> None:
    assert names(presets) == ["Starter"]
    await presets.delete(STARTER.id)
    again = presets_at(tmp_path)
    await again.open()
    assert names(again) == []
    assert await again.restore_starters() == 1
    assert names(again) == ["Starter"]


async def test_order_pins_default_and_field_values_survive_a_restart(presets: PresetLibrary, tmp_path: Path) -> None:
    one, two = await kept(presets, "One"), await kept(presets, "Two")
    await presets.pin(two.id, 1)
    await presets.set_default(one.id)
    await presets.move(one.id, 1)
    await presets.record_field_values({"subject": "fox"})
    again = presets_at(tmp_path)
    await again.open()
    assert names(again) == ["Two", "One", "Starter"]
    assert again.get_pinned(1) == two
    assert again.default == one
    assert (again.last_field_value("subject"), again.last_field_value("place")) == ("fox", "")
    await again.pin(one.id, 1)
    assert again.pins == {one.id: 1}
    await again.pin(one.id, None)
    assert again.pins == {}


async def test_a_preset_is_updated_renamed_and_copied(presets: PresetLibrary) -> None:
    preset = await kept(presets, "Noir")
    assert presets.get(preset.id) == preset
    updated = await presets.update(preset.id, replace(FOX, prompt="A hare", takes=4))
    assert updated.draft == replace(FOX, prompt="A hare")
    await presets.rename(preset.id, "Noir, longer")
    copies = [(await presets.duplicate(preset.id)).name for _ in range(2)]
    assert copies == ["Noir, longer copy", "Noir, longer copy 2"]
    assert presets.find_by_name("noir, LONGER") is not None


async def test_deleting_is_undone_with_place_and_pin(presets: PresetLibrary) -> None:
    preset = await kept(presets, "Noir")
    await kept(presets, "Other")
    await presets.pin(preset.id, 3)
    before = names(presets)
    undo = await presets.delete(preset.id)
    assert "Noir" not in names(presets)
    assert presets.get_pinned(3) is None
    await undo()
    assert names(presets) == before
    assert presets.get_pinned(3) == preset


async def test_two_windows_that_change_the_same_preset_lose_nothing(presets: PresetLibrary, tmp_path: Path) -> None:
    preset = await kept(presets, "Noir")
    other = presets_at(tmp_path)
    await other.open()
    told: list[str] = []
    presets.notice_posted.connect(told.append)
    await other.update(preset.id, replace(FOX, prompt="theirs"))
    mine = await presets.update(preset.id, replace(FOX, prompt="mine"))
    assert {preset.name: preset.draft.prompt for preset in presets.all if preset.name != "Starter"} == {
        "Noir": "theirs",
        "Noir (my copy)": "mine",
    }
    assert mine.name == "Noir (my copy)"
    assert len(told) == 1
    assert "Both versions were kept" in told[0]


async def test_changes_by_another_program_appear(presets: PresetLibrary, tmp_path: Path) -> None:
    changes: list[int] = []
    presets.changed.connect(lambda: changes.append(1))
    await presets.refresh()
    assert changes == []
    other = presets_at(tmp_path)
    await other.open()
    await kept(other, "From elsewhere")
    await presets.refresh()
    assert changes == [1]
    assert "From elsewhere" in names(presets)


async def test_a_broken_file_is_reported_once(presets: PresetLibrary, tmp_path: Path) -> None:
    told: list[str] = []
    presets.notice_posted.connect(told.append)
    (tmp_path / "presets" / "broken.preset.json").write_text("{")
    await presets.refresh()
    await presets.refresh()
    assert len(told) == 1
    assert "broken.preset.json" in told[0]


async def test_a_broken_index_is_reported_once_and_kept(tmp_path: Path) -> None:
    (tmp_path / "presets.json").write_text('{"order": ["a')
    presets = presets_at(tmp_path)
    said: list[str] = []
    presets.notice_posted.connect(said.append)
    await presets.open()
    await presets.refresh()
    await presets.set_default("")
    assert len([sentence for sentence in said if "presets.json is damaged" in sentence]) == 1
    assert (tmp_path / "presets.broken-1.json").read_text() == '{"order": ["a'


async def test_two_spellings_of_an_accent_are_one_name(presets: PresetLibrary) -> None:
    saved = await kept(presets, "Bar Zo\u00eb")
    assert presets.find_by_name("bar  zoe\u0308") == saved


async def test_a_preset_from_elsewhere_never_takes_a_name_that_is_taken(presets: PresetLibrary) -> None:
    own = await kept(presets, "Night")
    other = await presets.add(replace(own, name="night"))
    assert (other.id != own.id, names(presets)) == (True, ["Night", "night 2", "Starter"])


async def test_many_clicks_at_once_are_all_carried_out(presets: PresetLibrary) -> None:
    await asyncio.gather(*(kept(presets, f"No {n}") for n in range(8)))
    assert len(presets.all) == 9
    assert len({preset.id for preset in presets.all}) == 9


async def test_pins_and_defaults_of_two_windows_do_not_undo_each_other(presets: PresetLibrary, tmp_path: Path) -> None:
    preset = await kept(presets, "Noir")
    other = presets_at(tmp_path)
    await other.open()
    await presets.pin(preset.id, 1)
    await presets.set_default(preset.id)
    await presets.record_field_values({"subject": "fox"})
    await other.record_use(preset.id)
    await other.record_field_values({"place": "sea"})
    again = presets_at(tmp_path)
    await again.open()
    assert again.get_pinned(1) == preset
    assert again.default == preset
    assert (again.last_field_value("subject"), again.last_field_value("place")) == ("fox", "sea")
    await presets.refresh()
    assert presets.last_field_value("place") == "sea"


async def test_a_preset_that_is_gone_says_so(presets: PresetLibrary) -> None:
    with pytest.raises(UserError, match="gone"):
        await presets.update("nowhere", FOX)
    with pytest.raises(UserError, match="gone"):
        await presets.delete("nowhere")


async def test_presets_in_a_read_only_folder_are_shown_with_a_notice(tmp_path: Path) -> None:
    first = presets_at(tmp_path)
    await first.open()
    mine = await kept(first, "Mine")
    with read_only(tmp_path, tmp_path / "presets"):
        again = presets_at(tmp_path)
        said: list[str] = []
        again.notice_posted.connect(said.append)
        await again.open()
        assert names(again) == ["Mine", "Starter"]
        assert len(said) == 1
        assert said[0].startswith("Presets can be loaded but not saved: ")
        await again.record_use(mine.id)
        await again.record_field_values({"subject": "fox"})
        with pytest.raises((IsADirectoryError, PermissionError)):
            await again.rename(mine.id, "Other")
        assert len(said) == 1
        await again.refresh()
        assert names(again) == ["Mine", "Starter"]


@contextmanager
def read_only(*folders: Path) -> Iterator[None]:
    """Nothing can be written to these: by their rights, and for one whom those don't bind by their locks."""
    locks = [folder / ".lock" for folder in folders] + [folders[0] / ".presets.json.lock"]
    for lock in locks:
        lock.unlink(missing_ok=True)
        lock.mkdir()
    for folder in folders:
        folder.chmod(0o500)
    yield
    for folder in folders:
        folder.chmod(0o700)
    for lock in locks:
        lock.rmdir()


async def test_a_renamed_preset_is_in_a_file_of_its_new_name_and_another_window_follows(
    presets: PresetLibrary, tmp_path: Path
) -> None:
    one = await kept(presets, "One")
    other = presets_at(tmp_path)
    await other.open()
    await presets.rename(one.id, "Two")
    assert [path.name for path in (tmp_path / "presets").glob("[OT]*")] == ["Two.preset.json"]
    # The other window hasn't looked yet: its change goes to the same preset, or beside it, and neither is lost.
    await other.set_tags(one.id, ("noir",))
    await presets.refresh()
    assert sorted(names(presets)) == ["One (my copy)", "Starter", "Two"]
    await other.refresh()
    assert sorted(names(other)) == ["One (my copy)", "Starter", "Two"]
    taken = await kept(presets, "Three")
    await presets.rename(taken.id, "two")
    assert len(list((tmp_path / "presets").glob("[Tt]wo*"))) == 2


async def test_presets_with_a_key_are_in_key_order_and_that_is_said(presets: PresetLibrary) -> None:
    one, two, three = [await kept(presets, name) for name in ("One", "Two", "Three")]
    await presets.pin(one.id, 1)
    await presets.pin(two.id, 4)
    said: list[str] = []
    presets.notice_posted.connect(said.append)
    await presets.move(two.id, 0)
    assert names(presets)[:2] == ["Two", "One"]
    assert (presets.get_pinned(1), presets.get_pinned(4)) == (two, one)
    assert said == []
    await presets.move(one.id, 2)
    assert names(presets)[:2] == ["Two", "One"]
    assert said[0].startswith("Presets with a key come first")
    await presets.move(three.id, 2)
    assert names(presets) == ["Two", "One", "Three", "Starter"]


async def test_an_import_over_a_preset_that_was_changed_elsewhere_says_so(
    presets: PresetLibrary, tmp_path: Path
) -> None:
    mine = await kept(presets, "Mine")
    file = tmp_path / "mine.klingpresets"
    assert await presets.export([mine], file) == ()
    other = presets_at(tmp_path)
    await other.open()
    await other.set_tags(mine.id, ("theirs",))
    said: list[str] = []
    presets.notice_posted.connect(said.append)
    assert (
        await presets.import_presets([read_archive(file)], {mine.id: ConflictChoice.REPLACE}, tmp_path / "media") == 1
    )
    assert sorted(names(presets)) == ["Mine", "Mine (imported)", "Starter"]
    assert "“Mine (imported)”" in said[0]


@pytest.mark.parametrize("name", ["photo.JPEG2", "photo", "photo.tiff", "photo.exe", "photo.png.bak"])
async def test_a_preset_can_be_imported_whatever_its_image_is_called(
    presets: PresetLibrary, tmp_path: Path, name: str
) -> None:
    picture = tmp_path / name
    Image.new("RGB", (640, 360), "teal").save(picture, "TIFF" if name.endswith("tiff") else "PNG")
    framed = replace(FOX, start_frame=(LocalImage(str(picture), name, "", 640, 360),))
    file = tmp_path / "one.klingpresets"
    assert await presets.export([from_draft(framed, "x", "Framed", frozenset(PresetPart))], file) == ()
    assert await presets.import_presets([read_archive(file)], {}, tmp_path / "media") == 1
    came = presets.find_by_name("Framed")
    assert came is not None
    [image] = came.draft.start_frame
    assert isinstance(image, LocalImage)
    with Image.open(image.file) as opened:
        assert opened.size == (640, 360)


async def test_files_that_are_no_images_are_named_and_enormous_images_shrunk(
    presets: PresetLibrary, tmp_path: Path
) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    enormous = tmp_path / "enormous.png"
    Image.new("RGB", (5000, 4800)).save(enormous, compress_level=0)
    assert enormous.stat().st_size > MAX_IMAGE_BYTES
    both = replace(
        FOX,
        start_frame=(LocalImage(str(tmp_path / "notes.png"), "notes.png"),),
        end_frame=(LocalImage(str(enormous), "enormous.png"),),
    )
    file = tmp_path / "one.klingpresets"
    assert await presets.export([from_draft(both, "x", "Both", frozenset(PresetPart))], file) == ("notes.png",)
    assert await presets.import_presets([read_archive(file)], {}, tmp_path / "media") == 1
    came = presets.find_by_name("Both")
    assert came is not None
    assert came.draft.start_frame == ()
    assert len(came.draft.end_frame) == 1


async def test_ones_own_presets_come_before_the_starters(presets: PresetLibrary) -> None:
    one = await kept(presets, "One")
    await kept(presets, "Two")
    assert names(presets) == ["One", "Two", "Starter"]
    await presets.move(one.id, 2)
    await kept(presets, "Three")
    assert names(presets) == ["Two", "Starter", "One", "Three"]
