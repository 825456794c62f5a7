"""What can't be meant in a prompt is a problem. What merely looks odd is text."""

import pytest

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, Placeholder, StoredMedia
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import KLING_O1

NOUGHTS = "00000000-0000-0000-0000-000000000000"


def problems(prompt: str) -> tuple[str, ...]:
    return resolve(Draft(prompt=prompt), KLING_O1).prompt.problems


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("{{prompt}}", "{{prompt}}"),
        ("A {{ animal }} naps", "{{ animal }}"),
        ("={{ $json.idea }}", "={{ $json.idea }}"),
        ("{{1.text}} in rain", "{{1.text}}"),
        ("<YOUR_PROMPT>", "<YOUR_PROMPT>"),
        ("A fox in <YOUR PLACE>", "<YOUR PLACE>"),
        ("<your prompt here>", "<your prompt here>"),
        ("YOUR_PROMPT_HERE", "YOUR_PROMPT_HERE"),
        ("PROMPT_HERE", "PROMPT_HERE"),
        ("[YOUR PROMPT]", "[YOUR PROMPT]"),
        ("A boat, [insert style]", "[insert style]"),
        ("$PROMPT", "$PROMPT"),
        ("$idea", "$idea"),
        ("$USER_IDEA at dusk", "$USER_IDEA"),
        ("A ${animal} naps", "${animal}"),
        ("A #{animal} naps", "#{animal}"),
        ("$(cat prompt.txt)", "$(cat prompt.txt)"),
        ("$env:IDEA at dusk", "$env:IDEA"),
        ("%PROMPT%", "%PROMPT%"),
        ("%(idea)s at dusk", "%(idea)s"),
        ("{prompt}", "{prompt}"),
        ("<%= prompt %>", "<%= prompt %>"),
        ("{% if x %}a fox", "{% if x %}"),
        ("__PROMPT__", "__PROMPT__"),
        ("A [object Object]", "[object Object]"),
        ("undefined", "undefined"),
        ("Your prompt here", "Your prompt here"),
        ("…", "…"),
    ],
)
def test_a_place_that_another_tool_was_to_fill_in_is_a_problem(prompt: str, named: str) -> None:
    assert problems(prompt) == (f"Replace {named} in the prompt with your own words",)


@pytest.mark.parametrize(
    "prompt",
    [
        "<slow zoom> a paper boat",
        "a price tag of $5",
        "A$AP waves, 50 % off, $20k cash",
        "100% wool, 3 < 4 > 2",
        "[wide shot] a boat {like this}",
        "a sign says __ahoy",
        "C_MAJOR on a wall",
        "wait… then a fox",
        "a string of pearls",
        "$TSLA on a screen",
        "a {colour} boat in <city>",
    ],
)
def test_a_prompt_with_such_signs_in_it_is_text(prompt: str) -> None:
    assert problems(prompt) == ()


def test_what_may_have_been_a_place_is_a_warning() -> None:
    form = resolve(Draft(prompt="$IDEA and a {colour} boat"), KLING_O1)
    assert form.problems == ()
    assert "$IDEA and {colour}" in form.prompt.warnings[0]


@pytest.mark.parametrize(
    "prompt", ["\u3164", "\ufeff", "\u200b\u200b", "\u2800", "\u0301", "\u202e \u00ad", "\U000e0041"]
)
def test_a_prompt_of_nothing_visible_is_not_written(prompt: str) -> None:
    assert problems(prompt) == ("Write a prompt",)


@pytest.mark.parametrize("prompt", ["👩‍👩‍👧 run", "می‌خواهم", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 flag", "क्षत्रिय", "two\r\nlines\tand a tab"])
def test_invisible_characters_inside_a_prompt_stay(prompt: str) -> None:
    assert problems(prompt) == ()


@pytest.mark.parametrize("letter", ["\0", "\x1b", "\x08", "\x0b", "\x7f", "\x9b", "\ufdd0", "\uffff"])
def test_control_characters_are_a_problem_that_names_them(letter: str) -> None:
    assert problems(f"a boat {letter} at sea") == (f"Remove the control character U+{ord(letter):04X} from the prompt",)


@pytest.mark.parametrize(
    ("seed", "is_problem"), [(0, False), (2**32, False), (-1, True), (2**63, True), (10**300, True)]
)
def test_a_seed_out_of_range_can_be_left_out(seed: int, is_problem: bool) -> None:
    found = resolve(Draft(prompt="a cat", seed=seed), KLING_O1).seed.problems
    assert bool(found) == is_problem
    assert all("leave it out" in sentence for sentence in found)
    assert resolve(Draft(prompt="a cat", seed=Placeholder("YOUR_SEED")), KLING_O1).seed.problems


@pytest.mark.parametrize("kind", [UPLOADED, GENERATED])
def test_an_id_of_noughts_is_no_id(kind: str) -> None:
    form = resolve(Draft(prompt="a cat", start_frame=(StoredMedia(NOUGHTS, kind),)), KLING_O1)
    assert form.start_frame.problems == (f"“{NOUGHTS}” isn't a real ID. Add one",)


@pytest.mark.parametrize(
    ("prompt", "numbers", "warned"),
    [
        ("A sign reads joe@image1.example", (), False),
        ("José@image1", (), False),
        ("把@image1放到@Image2里", (1, 2), False),
        ("@image1のように", (1,), False),
        ("(@image1), @image2's", (1, 2), False),
        ("A boat called @image01", (), True),
        ("@image12x", (), False),
    ],
)
def test_what_counts_as_a_mention(prompt: str, numbers: tuple[int, ...], warned: bool) -> None:
    from kling_desktop.domain.request.mentions import mentioned_numbers, renumber

    assert mentioned_numbers(prompt) == numbers
    held = tuple(StoredMedia(f"1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a1{n}", UPLOADED) for n in range(2))
    warnings = resolve(Draft(prompt=prompt, image_reference=held), KLING_O1).prompt.warnings
    assert any("Write @image1" in sentence for sentence in warnings) == warned
    assert numbers or renumber(prompt, {1: 2}) == prompt


@pytest.mark.parametrize("name", ["रंग", "สี", "färbe", "fa\u0308rbe", "لون الشعر", "色", "a b-c’s"])
def test_blanks_have_names_in_any_script(name: str) -> None:
    from unicodedata import normalize

    from kling_desktop.domain.request.template_fields import field_names, fill_fields

    prompt = f"A {{{name}}} boat"
    assert field_names(prompt) == (normalize("NFC", name),)
    for spelling in ("NFC", "NFD"):
        assert fill_fields(prompt, {normalize(spelling, name): "red"}) == "A red boat"
