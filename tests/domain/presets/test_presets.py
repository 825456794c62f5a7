"""Presets: saved, loaded, compared with the form, updated."""

import json
from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.fuzzy_match import normalize, rank
from kling_desktop.domain.library.request_diff import media_name
from kling_desktop.domain.presets.conflicts import ConflictChoice, resolve_conflicts
from kling_desktop.domain.presets.diff import describe_changes
from kling_desktop.domain.presets.file_format import read_preset, write_preset
from kling_desktop.domain.presets.preset import (
    Preset,
    PresetPart,
    apply_preset,
    changed_fields,
    default_parts,
    from_draft,
    updated_from,
)
from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.template_fields import (
    TemplateField,
    field_names,
    field_values,
    fill_fields,
    find_fields,
    matches_template,
)
from tests.domain.draft_strategies import drafts

CAT = StoredMedia("11111111-1111-4111-8111-111111111111", UPLOADED)
DOG = LocalImage("/pictures/dog.png", "dog.png", "d" * 64, 1920, 1080)
ALL = frozenset(PresetPart)
WIDE, SQUARE, TALL = (preset.size for preset in KLING_O1.aspects)


def preset_of(draft: Draft, *parts: PresetPart) -> Preset:
    return from_draft(draft, "id", "Noir", frozenset(parts) or ALL)


def test_the_suggested_parts_are_those_filled_in() -> None:
    assert default_parts(Draft()) == {PresetPart.SETTINGS}
    assert default_parts(Draft(prompt="A fox")) == {PresetPart.PROMPT, PresetPart.SETTINGS}
    assert default_parts(Draft(start_frame=(CAT,))) == {PresetPart.MEDIA, PresetPart.SETTINGS}
    assert default_parts(Draft(start_frame=(CAT,), parked=frozenset({Slot.START_FRAME}))) == {PresetPart.SETTINGS}


def test_loading_keeps_what_the_preset_does_not_contain() -> None:
    form = Draft(prompt="A fox", duration=5, size=WIDE, start_frame=(CAT,), takes=3)
    look = preset_of(Draft(prompt="never seen", duration=10, size=TALL), PresetPart.SETTINGS)
    assert apply_preset(look, form) == replace(form, duration=10, size=TALL, preset="id")
    words = preset_of(Draft(prompt="A hare"), PresetPart.PROMPT)
    assert apply_preset(words, form) == replace(form, prompt="A hare", preset="id")


def test_media_that_cannot_be_combined_are_parked_not_discarded() -> None:
    form = Draft(prompt="@image1 runs", image_reference=(CAT, DOG))
    loaded = apply_preset(preset_of(Draft(start_frame=(DOG,)), PresetPart.MEDIA), form)
    assert loaded.used(Slot.START_FRAME) == (DOG,)
    assert loaded.image_reference == (CAT, DOG)
    assert Slot.IMAGE_REFERENCE in loaded.parked
    assert not resolve(loaded, KLING_O1).problems


def test_a_preset_never_sets_public_or_takes() -> None:
    risky = preset_of(Draft(prompt="A fox", public=True, takes=10))
    loaded = apply_preset(risky, Draft())
    assert (loaded.public, loaded.takes) == (False, 1)
    assert "public" not in write_preset(risky)


def test_changed_fields_are_named() -> None:
    form = Draft(prompt="A fox", duration=5, size=WIDE, start_frame=(CAT,))
    preset = preset_of(form)
    assert changed_fields(preset, form) == ()
    changed = replace(form, prompt="A hare", duration=10, size=SQUARE, seed=4, end_frame=(DOG,))
    assert changed_fields(preset, changed) == ("prompt", "aspect ratio", "length", "seed", "end frame")
    assert changed_fields(preset_of(form, PresetPart.PROMPT), replace(form, duration=10, public=True, takes=3)) == ()


def test_changes_are_described_with_old_and_new_values() -> None:
    form = Draft(prompt="A fox in the snow", duration=5, size=WIDE, start_frame=(CAT,))
    preset = preset_of(form)
    assert describe_changes(preset, form) == ()
    changed = replace(form, prompt="A hare in the snow", duration=10, size=SQUARE, seed=4, end_frame=(DOG,))
    assert describe_changes(preset, changed) == (
        "prompt: “A fox in the …”, now “A hare in the …”",
        "aspect ratio: 16:9, now 1:1",
        "length: 5 s, now 10 s",
        "seed: any, now 4",
        f"end frame: none, now {media_name(DOG)}",
    )
    long = describe_changes(preset, replace(form, prompt="A fox " + "and a hare " * 100))
    assert len(long[0]) < 130


def test_a_lookup_is_not_a_change() -> None:
    form = Draft(prompt="A fox", start_frame=(CAT,))
    assert changed_fields(preset_of(form), replace(form, start_frame=(replace(CAT, width=640, height=480),))) == ()


def test_filling_in_blanks_is_not_a_change() -> None:
    template = preset_of(Draft(prompt="A {subject} in {the weather}, slow push-in"))
    loaded = apply_preset(template, Draft())
    assert loaded.template_fields == ("subject", "the weather")
    assert resolve(loaded, KLING_O1).prompt.problems == ("Fill in “subject”",)
    ready = replace(loaded, prompt=fill_fields(loaded.prompt, {"subject": "fox", "the weather": "rain"}))
    assert ready.prompt == "A fox in rain, slow push-in"
    assert not resolve(ready, KLING_O1).problems
    assert changed_fields(template, ready) == ()
    assert updated_from(template, ready) == template
    assert changed_fields(template, replace(ready, prompt="Something else")) == ("prompt",)


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{ }", '{"prompt": "x"}', "{1}", "{{}}", "{a\nb}", "{" + "x" * 41 + "}"]
)
def test_braces_that_are_not_blanks_stay(text: str) -> None:
    assert find_fields(text) == ()
    assert resolve(Draft(prompt=text + " a"), KLING_O1).prompt.problems == ()


def test_braces_typed_by_the_user_are_not_blanks() -> None:
    assert not resolve(Draft(prompt="A {subject}"), KLING_O1).problems


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["subject", "time of day"]), st.text(max_size=20)))
def test_a_template_matches_whatever_is_filled_in(text: str, values: dict[str, str]) -> None:
    template = f"{text}{{subject}} and {{time of day}}"
    assert matches_template(template, template)
    assert matches_template(fill_fields(template, values), template)
    assert {"subject", "time of day"} <= set(field_names(template))
    for start, stop, name in find_fields(template):
        assert template[start:stop] == f"{{{name}}}"
    assert find_fields("{subject}") == (TemplateField(0, 9, "subject"),)


@given(drafts())
def test_a_written_preset_is_read_back(draft: Draft) -> None:
    preset = replace(preset_of(draft), tags=("noir", "client"), is_starter=True)
    assert read_preset(write_preset(preset)) == preset
    assert write_preset(read_preset(write_preset(preset))) == write_preset(preset)
    assert changed_fields(preset, apply_preset(preset, Draft())) == ()


@given(drafts(), drafts())
def test_loading_loses_nothing_and_is_idempotent(form: Draft, kept: Draft) -> None:
    preset = preset_of(kept)
    loaded = apply_preset(preset, form)
    assert apply_preset(preset, loaded) == loaded
    for slot in Slot:
        assert preset.draft.media(slot) or loaded.media(slot) == form.media(slot)


def test_keys_of_a_newer_version_are_kept_and_written_back() -> None:
    text = json.loads(write_preset(preset_of(Draft(prompt="A fox"))))
    text |= {"kling_desktop_preset": 7, "mood": ["dark"], "camera": {"lens": 35}}
    text["settings"]["fps"] = 30
    text["media"]["audio"] = [{"id": "x"}]
    preset = read_preset(json.dumps(text))
    assert preset.draft.prompt == "A fox"
    again = json.loads(write_preset(replace(preset, name="Other")))
    assert again == text | {"name": "Other"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": 3},
        {"id": None},
        {"kling_desktop_preset": "1"},
        {"kling_desktop_preset": 0},
    ],
)
def test_an_invalid_preset_is_refused_with_a_sentence(change: dict[str, object]) -> None:
    text = json.loads(write_preset(preset_of(Draft(prompt="A fox")))) | change
    with pytest.raises(UserError, match=r"[.]$"):
        read_preset(json.dumps(text))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "NaN", '{"kling_desktop_preset": NaN}', "[" * 100_000, "9" * 10_000, "x" * 1_000_001]
)
def test_a_text_that_is_not_a_preset_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"[.]$"):
        read_preset(text)


ODD: tuple[tuple[dict[str, object], str], ...] = (
    ({"prompt": ["x"]}, "prompt"),
    ({"settings": []}, "settings"),
    ({"tags": "noir"}, "tags"),
    ({"settings": {"duration": 5.5, "width": 1440, "height": 1440, "seed": 3}}, "length"),
    ({"settings": {"duration": True}}, "length"),
    ({"settings": {"width": 10**30, "height": 1440}}, "aspect ratio"),
    ({"settings": {"seed": {"base": 1, "step": 2}}}, "seed"),
    ({"media": {"start_frame": {}}}, "start frame"),
    ({"media": {"image_reference": ["x", {"id": CAT.id, "type": "UPLOADED"}, 7]}}, "references"),
    ({"media": {"start_frame": [{"id": 3, "type": "UPLOADED"}]}}, "start frame"),
    ({"media": {"start_frame": [{"file": 3}]}}, "start frame"),
)


@pytest.mark.parametrize(("change", "name"), ODD)
def test_a_field_of_an_unexpected_shape_is_named_and_written_back(change: dict[str, Any], name: str) -> None:
    text = json.loads(write_preset(preset_of(Draft(prompt="A fox", duration=10)))) | change
    preset = read_preset(json.dumps(text))
    assert preset.unread_labels == (name,)
    again = json.loads(write_preset(preset))
    for part, whole in change.items():
        if isinstance(whole, dict):
            assert {key: again[part][key] for key in whole} == whole
        else:
            assert again[part] == whole
    # The rest is there, and what can't be read stays as the form has it.
    form = Draft(prompt="Mine", duration=10, size=SQUARE, seed=9)
    loaded = apply_preset(preset, form)
    assert loaded.prompt == ("Mine" if name == "prompt" else "A fox")
    if name in ("length", "aspect ratio", "seed"):
        assert name not in changed_fields(preset, loaded)
        field = {"length": "duration", "aspect ratio": "size", "seed": "seed"}[name]
        assert getattr(loaded, field) == getattr(form, field)
    assert len(loaded.image_reference) == (1 if name == "references" else 0)
    # Saved over, the form's own takes its place.
    saved = updated_from(preset, loaded)
    assert not [path for path in saved.unread if path[0] in saved.parts]
    assert read_preset(write_preset(saved)).unread == saved.unread


def test_what_a_newer_version_says_about_an_image_is_kept_through_the_form() -> None:
    dog = LocalImage("/a.png", "a.png", width=640, height=360)
    text = json.loads(write_preset(preset_of(Draft(prompt="A fox", start_frame=(CAT,), end_frame=(dog,)))))
    text["media"]["start_frame"][0] |= {"strength": 0.4, "mask": {"id": "x"}}
    text["media"]["end_frame"][0] |= {"strength": 0.7, "width": "wide"}
    text["media"]["image_reference"] = [{"id": "<YOUR_IMAGE_ID>", "weight": 2}]
    preset = read_preset(json.dumps(text))
    assert preset.draft.end_frame[0].width is None  # type: ignore[union-attr]  # no placeholder is among these
    assert json.loads(write_preset(preset)) == text
    # Loaded, moved about and saved over, it still goes with its picture.
    form = apply_preset(preset, Draft())
    form = replace(form, start_frame=form.end_frame, end_frame=form.start_frame)
    saved = json.loads(write_preset(updated_from(preset, form)))
    assert saved["media"]["start_frame"] == text["media"]["end_frame"]
    assert saved["media"]["end_frame"] == text["media"]["start_frame"]


def test_a_name_is_one_line_of_visible_characters() -> None:
    text = json.loads(write_preset(preset_of(Draft(prompt="A fox"))))
    assert read_preset(json.dumps(text | {"name": "  a\n\x00b\u202e  c  "})).name == "a b c"
    assert len(read_preset(json.dumps(text | {"name": "🦊" * 300})).name) == 80


def test_a_few_letters_find_the_best_match_first() -> None:
    names = ["Slow noir", "Noir close-ups", "Énorme", "New orchard in rain", "Piano", "Snoring"]
    plains = [normalize(name) for name in names]
    assert [names[place] for place in rank("no", plains)][:2] == ["Noir close-ups", "Slow noir"]
    assert [names[place] for place in rank("enor", plains)] == ["Énorme"]
    assert [names[place] for place in rank("noir", plains)][-1] == "New orchard in rain"
    assert rank("", plains) == list(range(len(names)))
    assert rank("zzz", plains) == []


def test_many_blanks_are_compared_quickly_in_a_long_prompt() -> None:
    template = ", ".join(f"{{blank {letter}}}" for letter in "abcdefgh") + ". Slow push-in, no cuts."
    other = "a red fox, in the snow, " * 400
    began = perf_counter()
    assert not matches_template(other, template)
    assert not matches_template(other + ". Slow push-in, no cut", template)
    assert perf_counter() - began < 0.5
    assert field_values("x, y and z", "{a}, {b} and {c}") == {"a": "x", "b": "y", "c": "z"}
    assert not matches_template("ab", "ab{x}b")


def test_two_presets_that_would_replace_the_same_one_are_both_kept() -> None:
    known = preset_of(Draft(prompt="old"))
    one, two = (replace(known, id=name, draft=Draft(prompt=name)) for name in ("one", "two"))
    choices = dict.fromkeys(("one", "two"), ConflictChoice.REPLACE)
    first, second = resolve_conflicts([one, two], [known], choices, ["n1", "n2"])
    assert (first.replaces, second.replaces) == (known, None)
    assert (second.preset.id, second.preset.name) == ("two", "Noir 2")
