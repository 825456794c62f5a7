from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.filenames import MAX_BYTES
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Downloading
from kling_desktop.domain.library.filename_template import DEFAULT_TEMPLATE, FIELDS, clip_filename, template_problem
from kling_desktop.domain.request.draft import Draft

ASKED = datetime(2026, 11, 22, 14, 2, 33, tzinfo=timezone(timedelta(hours=1)))
JOB = Job(
    "abcdef0123",
    "service",
    "default",
    "window",
    "/clips",
    Draft(prompt='A cat / "dog": run!'),
    0.0,
    Downloading("generation-1", "image", "url"),
    seed=42,
    take=3,
    preset_name="Noir: rain",
)


def test_a_clip_is_named_after_its_day_and_prompt() -> None:
    assert clip_filename("", JOB, ASKED) == "2026-11-22 A cat dog run! abcdef01.mp4"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{date}_{time}", "2026-11-22_14-02-33.mp4"),
        ("{prompt:5}-{seed}-take {take}", "A cat-42-take 3.mp4"),
        ("{preset} · {way} {aspect} {length}", "Noir rain · Text 16x9 5s.mp4"),
        ("{job} {generation}", "abcdef0123 generation-1.mp4"),
        ("a/b\\c:{job:2}", "a b c ab.mp4"),
        (" ..hidden.. ", "hidden.mp4"),
        ("nul", "clip nul.mp4"),
        ("{prompt:3}.", "A c.mp4"),
    ],
)
def test_a_template_decides_the_name(template: str, name: str) -> None:
    assert template_problem(template) == ""
    assert clip_filename(template, JOB, ASKED) == name


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{preset}-{job:4}", "abcd.mp4"),
        ("{job:4}_{preset}", "abcd.mp4"),
        ("{job:4} {preset} end", "abcd end.mp4"),
        ("{preset}", "clip.mp4"),
    ],
)
def test_what_joins_an_empty_field_is_dropped(template: str, name: str) -> None:
    assert clip_filename(template, replace(JOB, preset_name=""), ASKED) == name


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("  ", "Enter a name for your clips."),
        ("{colour}", "“{colour}” isn't a field."),
        ("{prompt:0}", "“{prompt:0}” isn't a field."),
        ("{}", "“{}” isn't a field."),
        ("a {date", "A brace is missing at “a {date”."),
        ("date}", "A brace is missing at “date}”."),
        ("x" * 300, "Too long: at most 200 characters."),
    ],
)
def test_an_unusable_template_says_why_and_is_replaced(template: str, said: str) -> None:
    assert template_problem(template) == said
    assert clip_filename(template, JOB, ASKED) == clip_filename(DEFAULT_TEMPLATE, JOB, ASKED)


def test_a_prompt_that_looks_like_a_template_is_just_a_prompt() -> None:
    assert clip_filename("{prompt}", replace(JOB, draft=Draft(prompt="{seed} {date")), ASKED) == "{seed} {date.mp4"


templates = st.lists(st.sampled_from([f"{{{name}}}" for name in FIELDS]) | st.text(max_size=5), max_size=8).map("".join)


@given(st.text(max_size=400), st.text(max_size=100), templates)
def test_any_prompt_gives_a_valid_file_name(prompt: str, preset: str, template: str) -> None:
    job = replace(JOB, draft=Draft(prompt=prompt * 3), preset_name=preset)
    name = clip_filename(template, job, ASKED)
    assert len(name.encode()) <= MAX_BYTES + len("clip .mp4")
    assert not set(name) & set('<>:"/\\|?*\0\n')
    assert name.isprintable()
    assert name.endswith(".mp4")
    assert not name.removesuffix(".mp4").endswith((" ", "."))
    assert not name.startswith((" ", "."))


def test_a_prompt_is_cut_between_words() -> None:
    fox = replace(JOB, draft=Draft(prompt="A fox runs, slowly, through snow"))
    assert clip_filename("{prompt:14}", fox, ASKED) == "A fox runs.mp4"
    assert clip_filename("{prompt:18}", fox, ASKED) == "A fox runs, slowly.mp4"
    assert clip_filename("{prompt:99}", fox, ASKED) == "A fox runs, slowly, through snow.mp4"
    assert clip_filename("{prompt:9}", replace(JOB, draft=Draft(prompt="A " + "狐" * 50)), ASKED) == f"A {'狐' * 7}.mp4"


def test_a_long_prompt_leaves_room_for_what_follows() -> None:
    name = clip_filename("{prompt} {job}", replace(JOB, draft=Draft(prompt="狐" * 1500)), ASKED)
    assert name.endswith(" abcdef0123.mp4")
    assert MAX_BYTES - 3 < len(name.removesuffix(".mp4").encode()) <= MAX_BYTES
