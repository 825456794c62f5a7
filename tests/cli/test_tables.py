"""Tables on the command line: checked row by row, sent once, resumed, and held to the limits."""

import json
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from PIL import Image

from kling_desktop.domain.presets.file_format import write_preset
from kling_desktop.domain.presets.preset import PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft
from tests.cli.app_cli import AppCli, CliResult, SandboxServer

POLL = ("--poll", "0.1")
DONE, UNKNOWN = 0, 3
THREE = "prompt;duration\nA fox;5\nA hare;10\nA fox;5\n"


def write(cli: AppCli, text: str, name: str = "table.csv", encoding: str = "utf-8") -> str:
    (cli.home / name).write_bytes(text.encode(encoding))
    return name


def render(cli: AppCli, service: SandboxServer, *words: str) -> CliResult:
    return cli.with_key().run("render", "--api", service.base, *POLL, "--json", *words)


def set_money(cli: AppCli, **settings: str) -> None:
    file = cli.home / "config" / "kling-desktop" / "settings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings))


def states(result: CliResult) -> list[str]:
    return [end["state"] for end in result.ends]


def test_check_prints_a_line_for_each_row(cli: AppCli) -> None:
    name = write(cli, "prompt\tduration\ttakes\r\nÄ fox\t10\t2\r\n\r\nA hare\t7\t\r\n", encoding="utf-16")
    result = cli.run("check", "--json", name)
    assert result.code == 1
    assert [(line["row"], line["takes"], line["ok"]) for line in result.lines] == [(2, 2, True), (4, 1, False)]
    assert result.lines[0]["request"]["parameters"]["prompt"] == "Ä fox"
    assert [problem["control"] for problem in result.lines[1]["problems"]] == ["duration"]
    assert "table.csv row 4: can't be sent" in cli.run("check", name).out


def test_a_broken_table_gets_one_line(cli: AppCli) -> None:
    result = cli.run("check", "--json", write(cli, "name,age\nFox,5\n"))
    assert (result.code, len(result.lines)) == (2, 1)
    assert "contains no column name" in result.lines[0]["problems"][0]["message"]


def test_a_table_names_the_users_presets_and_images_in_its_folder(cli: AppCli) -> None:
    presets = cli.home / "config" / "kling-desktop" / "presets"
    presets.mkdir(parents=True)
    preset = from_draft(Draft(prompt="A {animal} in the snow"), "id", "Snow", frozenset({PresetPart.PROMPT}))
    (presets / "Snow.preset.json").write_text(write_preset(preset))
    (cli.home / "shots").mkdir()
    Image.new("RGB", (640, 360)).save(cli.home / "shots" / "a.png")
    write(cli, "preset,animal,start_frame\nsnow,fox,a.png\n", "shots/table.csv")
    result = cli.run("check", "--json", "shots/table.csv")
    assert result.code == 0
    parameters = result.lines[0]["request"]["parameters"]
    assert parameters["prompt"] == "A fox in the snow"
    assert parameters["guidances"]["start_frame"][0]["image"]["file"] == str(Path("shots/a.png"))


def test_a_dry_run_prints_each_row_and_the_total_price(cli: AppCli) -> None:
    name = write(cli, THREE)
    result = cli.run("render", "--dry-run", "--json", name)
    assert [(line["row"], line["takes"]) for line in result.lines] == [(2, 1), (3, 1), (4, 1)]
    assert "3 to send, about $3.02" in result.err
    assert not (cli.home / "data").exists()


def test_a_row_with_a_problem_keeps_the_whole_table_from_being_sent(cli: AppCli, service: SandboxServer) -> None:
    result = render(cli, service, write(cli, f"{THREE}A bear;7\n"))
    assert (result.code, result.out, service.accepted) == (2, "", 0)
    assert "table.csv row 5: duration" in result.err


def test_no_row_is_sent_twice_and_new_ones_are(cli: AppCli, service: SandboxServer) -> None:
    first = render(cli, service, write(cli, "prompt;duration\nA fox;5\nA hare;10\n"))
    assert (first.code, states(first), service.accepted) == (0, ["done"] * 2, 2)
    # One row more, in another order and from another program: only the new one goes.
    grown = write(cli, "Length,Prompt\n10 s,A hare\n5,A fox\n5,A fox\n")
    more = render(cli, service, grown)
    assert (more.code, states(more), service.accepted) == (0, ["done"], 3)
    assert "2 of 3 rows were submitted before" in more.err
    dry = cli.run("render", "--dry-run", "--api", service.base, grown)
    assert "0 to send" in dry.err
    assert "3 rows were submitted before" in dry.err


def test_a_table_that_is_given_twice_is_submitted_once(cli: AppCli, service: SandboxServer) -> None:
    name = write(cli, "prompt\nA fox\nA hare\nA fox\n")
    other = write(cli, "prompt\nA hare\nA bear\n", "other.csv")
    assert "4 to send" in cli.run("render", "--dry-run", name, name, other).err
    result = render(cli, service, name, name, other)
    assert (result.code, states(result), service.accepted) == (0, ["done"] * 4, 4)
    assert "table.csv: 3 rows repeat rows above them, and are submitted only once." in result.err
    assert "other.csv: 1 row repeats a row above it, and is submitted only once." in result.err


def test_a_killed_batch_goes_on_where_it_was(cli: AppCli, service: SandboxServer) -> None:
    """A kill during *sending* may leave a job `unknown`: it is never sent again by itself."""
    prompts = [f"Fox number {number}" for number in range(4)]
    name = write(cli, "\n".join(["prompt", *prompts]))
    words = ["render", "--api", service.base, *POLL, "--json", name]
    with cli.with_key().start(*words) as running:
        running.until(lambda event: event["state"] == "generating")
        running.end(signal.SIGKILL)
    result = render(cli, service, name)
    with closing(sqlite3.connect(cli.home / "data" / "kling-desktop" / "kling.db")) as database:
        jobs = Counter(state for (state,) in database.execute("SELECT state FROM jobs"))
        charges = database.execute("SELECT state, generation FROM charges").fetchall()
    done, unknown = jobs["done"], jobs["unknown"]
    assert (jobs.total(), done + unknown) == (4, 4)
    assert done >= 1
    assert result.code == (UNKNOWN if unknown else DONE)
    # Each row was accepted at most once, and everything accepted came home.
    assert service.prompts == sorted(set(service.prompts))
    assert service.accepted == done
    assert Counter(state for state, _ in charges) == Counter(charged=done, unknown=unknown)
    assert len({generation for state, generation in charges if state == "charged"}) == done
    again = render(cli, service, name)
    assert (again.code, service.accepted) == (result.code, done)


def test_jobs_over_the_limit_stay_unsent_until_it_is_raised(cli: AppCli, service: SandboxServer) -> None:
    set_money(cli, day_cap="2.00")
    result = render(cli, service, write(cli, "prompt,takes\nA fox,4\n"))
    assert (result.code, sorted(states(result)), service.accepted) == (1, ["done", "done", "waiting", "waiting"], 2)
    assert (
        "2 jobs are left unsent. This would bring today's spending to about $2.265, over your daily limit of $2.00"
        in result.err
    )
    assert "settings.json, then send them with `kling-desktop resume`" in result.err
    [kept, _] = [end for end in result.ends if end["state"] == "waiting"]
    assert "over your daily limit" in kept["message"]
    set_money(cli, day_cap="10.00")
    raised = cli.with_key().run("resume", "--api", service.base, *POLL, "--json")
    assert (raised.code, states(raised), service.accepted) == (0, ["done", "done"], 4)


def test_an_unreadable_limit_stops_everything(cli: AppCli, service: SandboxServer) -> None:
    set_money(cli, day_cap="ten")
    file = cli.home / "config" / "kling-desktop" / "settings.json"
    for content, words in ((file.read_text(), "day_cap"), ('{"day_cap": "2.00", "the', "can't be read")) * 2:
        file.write_text(content)
        result = render(cli, service, write(cli, THREE))
        assert (result.code, service.accepted) == (2, 0)
        assert words in result.err
        assert file.read_text() == content
