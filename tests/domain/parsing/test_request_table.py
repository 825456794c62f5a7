"""Tables of requests: split into cells whoever wrote them, each row a request with its problems."""

import csv
import io
from contextlib import suppress
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.delimited_text import MAX_COLUMNS, MAX_ROWS, parse_table
from kling_desktop.domain.parsing.request_table import (
    RequestRow,
    RequestTable,
    is_column,
    is_request_table,
    parse_request_table,
)
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot

IMAGE = "1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"
SNOW = from_draft(
    Draft(prompt="A {animal} in the {place}", duration=10),
    "id-snow",
    "Snow",
    frozenset({PresetPart.PROMPT, PresetPart.SETTINGS}),
)
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=12)


def find(name: str) -> Preset | None:
    return SNOW if name.lower() == "snow" else None


def read(text: str) -> RequestTable:
    return parse_request_table(text, find, lambda picture: str(PurePosixPath("/tables") / picture))


def only(text: str) -> RequestRow:
    [row] = read(text).rows
    return row


def draft(text: str) -> Draft:
    row = only(text)
    assert row.request.problems == ()
    return row.request.draft


def problem(text: str) -> tuple[str, str]:
    [told] = only(text).request.problems
    return told


@pytest.mark.parametrize(
    "text",
    [
        "prompt,duration\nA fox,10\nA hare,5\n",
        "prompt;duration\r\nA fox;10\r\nA hare;5\r\n",
        "\ufeffprompt\tduration\nA fox\t10\nA hare\t5",
        "sep=;\nprompt;duration\nA fox;10\nA hare;5",
        '"prompt","duration"\n"A fox","10"\n\n,,\n"A hare","5"\n',
        "Duration (s);Prompt\n10;A fox\n5;A hare",
        "prompt\tduration\rA fox\t10\rA hare\t5\r",
    ],
)
def test_the_same_table_is_parsed_whoever_wrote_it(text: str) -> None:
    drafts = [row.request.draft for row in read(text).rows]
    assert [(one.prompt, one.duration) for one in drafts] == [("A fox", 10), ("A hare", 5)]


def test_rows_are_numbered_as_in_the_spreadsheet() -> None:
    rows = read('prompt,seed\n"two\nlines",1\n\nA hare,2\n').rows
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].request.draft.prompt == "two\nlines"


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from("\t;,"))
def test_a_table_written_by_a_program_is_parsed_unchanged(rows: list[list[str]], separator: str) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["prompt", "seed", "note", "more"])
    writer.writerows(rows)
    expected = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    if not expected:
        with pytest.raises(UserError, match="no rows"):
            parse_table(written.getvalue(), is_column)
        return
    assert [line.cells for line in parse_table(written.getvalue(), is_column).rows] == expected


@given(st.text(max_size=200))
def test_no_text_breaks_the_table_parser(text: str) -> None:
    for whole in (text, f"prompt,seed\n{text}", f'prompt\tseed\n"{text}'):
        with suppress(UserError):
            read(whole)


def test_a_quotation_mark_inside_a_pasted_cell_is_just_a_character() -> None:
    assert draft('prompt\tduration\n"Hi" says the fox\t5').prompt == '"Hi" says the fox'
    assert draft('prompt\tduration\nThe "fox"\t5').prompt == 'The "fox"'
    assert draft('prompt\tduration\n"The ""fox"""\t5').prompt == 'The "fox"'


def test_an_unclosed_quotation_mark_is_a_problem() -> None:
    rows = read('prompt,duration\n"A fox,10\nA hare,5').rows
    assert rows[0].request.problems[0] == ("file", "A quotation mark in this row is never closed")


@pytest.mark.parametrize(
    ("column", "cell", "control", "value"),
    [
        ("Length", "10 s", "duration", 10),
        ("duration", "10,0", "duration", 10),
        ("Aspect ratio", "09:16", "size", "9:16"),
        ("size", "16:09:00", "size", "16:9"),
        ("size", "01:01:00", "size", "1:1"),
        ("size", "Portrait", "size", "9:16"),
        ("size", "1440 x 1440", "size", "1:1"),
        ("public", "WAHR", "public", True),
        ("public", "no", "public", False),
        ("seed", "42.0", "seed", 42),
        ("takes", "3", "takes", 3),
        ("Quantity", "2", "takes", 2),
    ],
)
def test_cells_are_parsed_as_spreadsheets_write_them(column: str, cell: str, control: str, value: object) -> None:
    row = draft(f"prompt\t{column}\nA fox\t{cell}")
    found = row.size.aspect if control == "size" else getattr(row, control)
    assert found == value


@pytest.mark.parametrize(
    ("column", "cell", "control", "said"),
    [
        ("duration", "ten", "duration", "whole number"),
        ("seed", "1,5", "seed", "whole number"),
        ("seed", "1.23457E+09", "seed", "shortened the number"),
        ("takes", "0", "quantity", "from 1 to 100"),
        ("takes", "many", "quantity", "from 1 to 100"),
        ("preset", "Rain", "preset", "no preset called “Rain”"),
        ("public", "perhaps", "public", "true or false"),
    ],
)
def test_an_invalid_cell_is_a_problem_of_its_row(column: str, cell: str, control: str, said: str) -> None:
    where, sentence = problem(f"prompt\t{column}\nA fox\t{cell}")
    assert where == control
    assert said in sentence


def test_a_preset_is_filled_in_row_by_row() -> None:
    rows = read("preset,animal,Place\nSnow,fox,snow\nsnow,hare,\n").rows
    assert [row.request.draft.prompt for row in rows] == ["A fox in the snow", "A hare in the {place}"]
    assert [row.preset_name for row in rows] == ["Snow", "Snow"]
    assert rows[0].request.draft.duration == 10


def test_a_cell_overrides_the_preset_unless_it_is_empty() -> None:
    rows = read("preset,duration,animal\nSnow,5,fox\nSnow,,fox").rows
    assert [row.request.draft.duration for row in rows] == [5, 10]


def test_a_row_s_own_prompt_can_have_blanks() -> None:
    assert draft("prompt,animal\nA {animal} in {braces},fox").prompt == "A fox in {braces}"


def test_images_are_found_next_to_the_table() -> None:
    row = draft(f"prompt,start_frame,end frame\nA fox,shots/a.png,{IMAGE}")
    assert row.media(Slot.START_FRAME) == (LocalImage("/tables/shots/a.png"),)
    assert row.media(Slot.END_FRAME) == (StoredMedia(IMAGE, "UPLOADED"),)


def test_references_can_be_in_one_cell_or_in_several() -> None:
    row = draft("prompt\treference 1\treference 2\nA fox\ta.png|b.png\tc.png")
    assert [getattr(media, "file", "") for media in row.media(Slot.IMAGE_REFERENCE)] == [
        "/tables/a.png",
        "/tables/b.png",
        "/tables/c.png",
    ]


def test_an_unknown_column_is_ignored_with_a_warning() -> None:
    rows = read("Shot,prompt\n12,A fox\n13,A hare")
    assert rows.warnings == ("The column “Shot” isn't known and is ignored.",)
    assert [row.request.draft.prompt for row in rows.rows] == ["A fox", "A hare"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("promt,duration\nA fox,5", "Did you mean “prompt”"),
        ("prompt,length,duration\nA fox,5,10", "Several columns set duration"),
        ("name,age\nFox,5", "contains no column name"),
        ("prompt,duration\n\n", "no rows"),
        ("", "contains no column name"),
        (f"prompt{'x,' * MAX_COLUMNS}", "contains no column name"),
        (f"prompt,seed\nA fox{',' * (MAX_COLUMNS + 1)}", "more than 500 columns"),
        ("prompt,takes\n" + "A fox,100\n" * 11, "1,100 takes"),
        ("prompt\n" + "A fox\n" * (MAX_ROWS + 1), "more than 1,000 rows"),
    ],
)
def test_an_invalid_table_says_why(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(text)


def test_cells_beyond_the_columns_are_a_problem() -> None:
    told = only("prompt,seed\nA fox, jumping,5").request.problems
    assert ("file", "This row has more cells than there are columns") in told


def test_a_table_and_a_request_are_told_apart() -> None:
    assert is_request_table("prompt\tduration\nA fox\t5")
    assert not is_request_table('{"parameters": {"prompt": "A fox"}}')
    assert not is_request_table("curl -X POST https://example.com\n-d '{}'")
    assert not is_request_table("prompt, duration")
    assert not is_request_table("A fox jumps, prompt and quick\nover the dog")


@pytest.mark.parametrize("cell", ["#REF!", "#n/a", "#WERT!", "#¿NOMBRE?", "#ССЫЛКА!", "Err:502", "####", "=A2&B2"])
def test_what_a_spreadsheet_writes_for_a_broken_formula_is_no_prompt(cell: str) -> None:
    assert problem(f"prompt,duration\n{cell},5\n")[0] == "prompt"
    assert problem(f"preset,animal,place\nsnow,{cell},woods\n")[0] == "prompt"


@pytest.mark.parametrize("prompt", ["#hashtag on a wall", "#WOW", "1 = 1", "Area 51", "A fox # 2", "Err: the fox"])
def test_a_prompt_may_begin_like_something_else(prompt: str) -> None:
    row = only(f"prompt,duration\n{prompt},5\n")
    assert row.request.draft.prompt == prompt
    assert (row.request.problems, row.request.warnings) == ((), ())


@pytest.mark.parametrize("cell", ["1.92E+03", "1984", "12.05.2024", "2024-05-12", "5-Jan", "TRUE", "50%"])
def test_a_prompt_that_is_only_a_number_or_a_date_is_doubted(cell: str) -> None:
    [doubt] = only(f"prompt,duration\n{cell},5\n").request.warnings
    assert doubt.control == "prompt"


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("seed", "1.92E+03", "shortened the number"),
        ("takes", "1,5E+2", "shortened the number"),
        ("takes", "5" * 5000, "isn't a number of takes"),
        ("duration", "5-Jan", "made a date"),
        ("duration", "05.01.2024", "made a date"),
        ("size", "16.09.2024", "made a date"),
        ("size", "16. Sep", "made a date"),
        ("duration", "#VALUE!", "broken formula"),
        ("start_frame", "#N/A", "broken formula"),
        ("width", "1920", "Give both"),
    ],
)
def test_a_value_that_a_spreadsheet_has_changed_is_named(column: str, cell: str, words: str) -> None:
    control, sentence = problem(f"prompt;{column}\nA fox;{cell}\n")
    assert control == {"takes": "quantity", "width": "size"}.get(column, column)
    assert words in sentence


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("size", "16:09:00", (1920, 1080)),
        ("size", "4:09 PM", (1920, 1080)),
        ("size", "09:16:00 AM", (1080, 1920)),
        ("size", "1:01", (1440, 1440)),
    ],
)
def test_a_ratio_that_became_a_time_of_day_is_still_read(column: str, cell: str, expected: tuple[int, int]) -> None:
    size = draft(f"prompt;{column}\nA fox;{cell}\n").size
    assert (size.width, size.height) == expected


def test_other_spellings_of_values_are_read() -> None:
    one = draft('prompt,duration,width,height,takes\n"=""A fox""",00:00:10,1920,1080 px,2.0\n')
    assert (one.prompt, one.duration, one.size.width, one.size.height, one.takes) == ("A fox", 10, 1920, 1080, 2)
    with pytest.raises(UserError, match="Several columns set the size"):
        read("prompt,size,width\nA fox,16:9,1920\n")


@pytest.mark.parametrize("above", ["Shot list;;\n;;\n", "Film;Date\n\n", "A long title, with a comma\n\n\n"])
def test_rows_above_the_column_names_are_passed_over_and_said(above: str) -> None:
    table = read(f"{above}prompt;duration\nA fox;10\n;\n \u00a0 ;\nA hare;5\n")
    first = above.count("\n") + 2
    assert [(row.number, row.request.draft.prompt) for row in table.rows] == [(first, "A fox"), (first + 3, "A hare")]
    assert table.warnings == ("1 row above the column names is ignored.",)
    assert is_request_table(f"{above}prompt;duration\nA fox;10\n")
