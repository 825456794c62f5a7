"""The list of presets as the window has it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import NotUsable
from kling_desktop.domain.preset import Part, Preset, made_of
from kling_desktop.store.presets import PresetFolder, PresetIndexFile
from kling_desktop.work.presets import Presets

FOX = Draft(prompt="A fox", duration=10)
STARTER = replace(made_of(Draft(prompt="A {subject}"), "starter-one", "Starter", frozenset(Part)), starter=True)


def presets_at(home: Path) -> Presets:
    return Presets(PresetFolder(home / "presets"), PresetIndexFile(home / "presets.json"), lambda: (STARTER,))


@pytest.fixture
async def presets(tmp_path: Path) -> Presets:
    made = presets_at(tmp_path)
    await made.open()
    return made


def names(presets: Presets) -> list[str]:
    return [preset.name for preset in presets.all]


async def kept(presets: Presets, name: str) -> Preset:
    return await presets.save_new(FOX, name, frozenset(Part))


async def test_the_first_start_brings_the_starters_and_no_later_one(presets: Presets, tmp_path: Path) -> None:
    assert names(presets) == ["Starter"]
    await presets.delete(STARTER.id)
    again = presets_at(tmp_path)
    await again.open()
    assert names(again) == []
    assert await again.restore_starters() == 1
    assert names(again) == ["Starter"]


async def test_order_pins_default_and_what_stood_for_blanks_survive_a_restart(presets: Presets, tmp_path: Path) -> None:
    one, two = await kept(presets, "One"), await kept(presets, "Two")
    await presets.pin(two.id, 1)
    await presets.set_default(one.id)
    await presets.move(one.id, 1)
    await presets.remember({"subject": "fox"})
    again = presets_at(tmp_path)
    await again.open()
    assert names(again) == ["Two", "One", "Starter"]
    assert again.pinned(1) == two
    assert again.default == one
    assert (again.last_value("subject"), again.last_value("place")) == ("fox", "")
    await again.pin(one.id, 1)
    assert again.pins == {one.id: 1}
    await again.pin(one.id, None)
    assert again.pins == {}


async def test_a_preset_is_saved_over_renamed_and_copied(presets: Presets) -> None:
    preset = await kept(presets, "Noir")
    assert presets.get(preset.id) == preset
    updated = await presets.update(preset.id, replace(FOX, prompt="A hare", takes=4))
    assert updated.draft == replace(FOX, prompt="A hare")
    await presets.rename(preset.id, "Noir, longer")
    copies = [(await presets.duplicate(preset.id)).name for _ in range(2)]
    assert copies == ["Noir, longer copy", "Noir, longer copy 2"]
    assert presets.named("noir, LONGER") is not None


async def test_deleting_is_undone_with_place_and_pin(presets: Presets) -> None:
    preset = await kept(presets, "Noir")
    await kept(presets, "Other")
    await presets.pin(preset.id, 3)
    before = names(presets)
    undo = await presets.delete(preset.id)
    assert "Noir" not in names(presets)
    assert presets.pinned(3) is None
    await undo()
    assert names(presets) == before
    assert presets.pinned(3) == preset


async def test_two_windows_that_change_the_same_preset_lose_nothing(presets: Presets, tmp_path: Path) -> None:
    preset = await kept(presets, "Noir")
    other = presets_at(tmp_path)
    await other.open()
    told: list[str] = []
    presets.told.connect(told.append)
    await other.update(preset.id, replace(FOX, prompt="theirs"))
    mine = await presets.update(preset.id, replace(FOX, prompt="mine"))
    assert {preset.name: preset.draft.prompt for preset in presets.all if preset.name != "Starter"} == {
        "Noir": "theirs",
        "Noir (my copy)": "mine",
    }
    assert mine.name == "Noir (my copy)"
    assert len(told) == 1
    assert "Both are kept" in told[0]


async def test_what_another_program_changes_appears(presets: Presets, tmp_path: Path) -> None:
    changes: list[int] = []
    presets.changed.connect(lambda: changes.append(1))
    await presets.look_again()
    assert changes == []
    other = presets_at(tmp_path)
    await other.open()
    await kept(other, "From elsewhere")
    await presets.look_again()
    assert changes == [1]
    assert "From elsewhere" in names(presets)


async def test_a_broken_file_is_told_once(presets: Presets, tmp_path: Path) -> None:
    told: list[str] = []
    presets.told.connect(told.append)
    (tmp_path / "presets" / "broken.preset.json").write_text("{")
    await presets.look_again()
    await presets.look_again()
    assert len(told) == 1
    assert "broken.preset.json" in told[0]


async def test_many_clicks_at_once_are_all_carried_out(presets: Presets) -> None:
    await asyncio.gather(*(kept(presets, f"No {n}") for n in range(8)))
    assert len(presets.all) == 9
    assert len({preset.id for preset in presets.all}) == 9


async def test_what_two_windows_pin_and_choose_does_not_undo_each_other(presets: Presets, tmp_path: Path) -> None:
    preset = await kept(presets, "Noir")
    other = presets_at(tmp_path)
    await other.open()
    await presets.pin(preset.id, 1)
    await presets.set_default(preset.id)
    await presets.remember({"subject": "fox"})
    await other.use(preset.id)
    await other.remember({"place": "sea"})
    again = presets_at(tmp_path)
    await again.open()
    assert again.pinned(1) == preset
    assert again.default == preset
    assert (again.last_value("subject"), again.last_value("place")) == ("fox", "sea")
    await presets.look_again()
    assert presets.last_value("place") == "sea"


async def test_a_preset_that_is_gone_says_so(presets: Presets) -> None:
    with pytest.raises(NotUsable, match="gone"):
        await presets.update("nowhere", FOX)
    with pytest.raises(NotUsable, match="gone"):
        await presets.delete("nowhere")
