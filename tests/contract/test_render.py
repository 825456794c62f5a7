"""`render` and `resume`: events, exit codes, requests to the service, and the files they leave behind."""

import json
import re
import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import av
import pytest

from tests.contract.golden import assert_golden, normalize, shape
from tests.contract.program import KEY, Program, Result, Running, events_by_job, files_below
from tests.contract.recorder import recorder

REQUESTS = Path(__file__).parent / "requests"
PICTURE = {"image": {"file": "picture.png"}}
POLL = ("--poll", "0.1")


def program_in(home: Path) -> Program:
    shutil.copytree(REQUESTS, home)
    return Program(home)


def events(result: Result, home: Path) -> dict[str, Any]:
    """The exit code and the events of each job, without the wording of messages or anything that differs by run."""
    jobs = []
    for lines in events_by_job(result.lines).values():
        seen: list[dict[str, Any]] = []
        for line in lines:
            assert isinstance(line["message"], str)
            event = normalize(line, home) | {"message": "…" if line["message"] else ""}
            if event not in seen[-1:]:  # one poll more or less makes no difference
                seen.append(event)
        jobs.append(seen)
    return {"exit code": result.code, "jobs": jobs}


@pytest.fixture(scope="module", autouse=True)
def running_in_the_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, Running]]:
    """A render at the sandbox's own speed, started before it is needed."""
    program = program_in(tmp_path_factory.mktemp("sandbox") / "home")
    running = program.start("render", "--sandbox", "--poll", "0.2", "--json", "local picture.json")
    yield program, running
    running.stop()


@pytest.fixture(scope="module")
def sandboxed(running_in_the_sandbox: tuple[Program, Running]) -> tuple[Program, Result]:
    program, running = running_in_the_sandbox
    return program, running.result()


@pytest.fixture(scope="module")
def five_types(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Result, list[dict[str, Any]], Path]]:
    """A render of each generation type: its result, its requests to the service, its home."""
    program = program_in(tmp_path_factory.mktemp("five types") / "home")
    with program.sandbox("--history", "2") as base, recorder(base) as service:
        video = {"video": {"id": video_of_account(base), "type": "GENERATED"}}
        guidances: dict[str, dict[str, Any]] = {
            "Text": {},
            "Start frame": {"start_frame": [PICTURE]},
            "Start and end frame": {"start_frame": [PICTURE], "end_frame": [PICTURE]},
            "References": {"image_reference": [PICTURE, {"image": video["video"]}]},
            "Edit": {"video_reference_base": [video], "image_reference": [PICTURE]},
        }
        for name, given in guidances.items():
            prompt = f"{name}: @image1" if "image_reference" in given else name
            parameters = {"prompt": prompt, "duration": 5, "width": 1080, "height": 1920, "guidances": given}
            body = {"model": "kling-video-o-1", "public": False, "parameters": parameters}
            (program.home / f"{name}.json").write_text(json.dumps(body))
        words = ["render", "--api", service.base, *POLL, "--out", "clips", "--json"]
        result = program.run(*words, *(f"{name}.json" for name in guidances), key=KEY)
        yield result, service.requests, program.home


def video_of_account(base: str) -> str:
    def ask(path: str) -> Any:
        request = urllib.request.Request(f"{base}/v1{path}", headers={"authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    user = ask("/me")["user_details"][0]["user"]["id"]
    video: str = ask(f"/generations/user/{user}?offset=0&limit=1")["generations"][0]["generated_images"][0]["id"]
    return video


def test_events_of_each_generation_type(five_types: tuple[Result, list[dict[str, Any]], Path]) -> None:
    result, _, home = five_types
    assert [line["state"] for line in result.lines[:5]] == ["waiting"] * 5, (
        "all jobs are saved before the first is sent"
    )
    assert_golden("render/five_types.json", events(result, home))


def test_rows_in_the_database_of_each_generation_type(five_types: tuple[Result, list[dict[str, Any]], Path]) -> None:
    program = Program(five_types[2])
    assert_golden("rows.json", rows(program.data / "kling.db", program.home))


def rows(database: Path, home: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, without anything that differs by run."""
    found = {}
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'clip_words_%' ORDER BY name"
        for (table,) in connection.execute(names).fetchall():
            plain = [without_numbers(dict(row)) for row in connection.execute(f"SELECT * FROM {table}")]
            found[table] = sorted(normalize(plain, home), key=lambda row: json.dumps(row))
    return found


def without_numbers(value: Any) -> Any:
    """Replace times and the like, and parse text that is a JSON object."""
    if isinstance(value, dict):
        chance = {key: f"<{key}>" for key in ("seed", "number", "took", "notice", "position") if key in value}
        return {key: without_numbers(inner) for key, inner in value.items()} | chance
    if isinstance(value, list):
        return [without_numbers(inner) for inner in value]
    if isinstance(value, str) and value.startswith("{"):
        return without_numbers(json.loads(value))
    return "float" if isinstance(value, float) else value


def test_requests_of_each_generation_type(five_types: tuple[Result, list[dict[str, Any]], Path]) -> None:
    _, requests, home = five_types
    creates, polls, others = list[Any](), list[Any](), list[Any]()
    for request in normalize(requests, home):
        if request["path"].endswith("/v2/generations"):
            creates.append(request)
        elif request["path"].startswith("/api/rest/v1/generations/"):
            polls.append(request)
        elif request not in others:
            others.append(request)
    creates.sort(key=lambda request: str(request["body"]["parameters"]["prompt"]))
    others.sort(key=lambda request: (str(request["path"]), str(request["method"])))
    assert_golden("requests.json", {"creates": creates, "others": others})
    # Several jobs are polled with the account's list, a single one with its ID.
    paths = ("/api/rest/v1/generations/<uuid>", "/api/rest/v1/generations/user/<uuid>?offset=0&limit=50")
    [account] = [request for request in others if request["path"] == "/api/rest/v1/me"]
    assert polls
    assert all(poll in [account | {"path": path} for path in paths] for poll in polls)


def test_jobs_that_fail_or_are_refused(tmp_path: Path) -> None:
    program = program_in(tmp_path / "home")
    with program.sandbox("--fault", "failed=1", "--fault", "refuse_seed=1") as base:
        result = program.run("render", "--api", base, *POLL, "--json", "text.json", "unknown keys.json", key=KEY)
    assert_golden("render/failed_and_refused.json", events(result, program.home))


def test_an_unknown_outcome_that_is_resumed(tmp_path: Path) -> None:
    program = program_in(tmp_path / "home")
    with program.sandbox("--fault", "drop_before=1") as base:
        words = ("--api", base, "--poll", "0.02", "--json")
        unknown = program.run("render", *words, "text.json", key=KEY)
        resumed = program.run("resume", *words, key=KEY)
    assert_golden("render/unknown.json", events(unknown, program.home))
    assert_golden("render/resume.json", events(resumed, program.home))


def test_a_dry_run(tmp_path: Path) -> None:
    program = program_in(tmp_path / "home")
    (program.home / "two.csv").write_text("prompt,takes\nA fox,2\nA cat,1\n")
    result = program.run("render", "--dry-run", "--json", "text.json", "edit.json", "curl.txt", "two.csv")
    assert_golden("render/dry_run.json", {"exit code": result.code, "lines": result.lines})
    assert not program.data.exists()


def test_events_of_a_render_in_the_sandbox(sandboxed: tuple[Program, Result]) -> None:
    program, result = sandboxed
    assert_golden("render/sandbox.json", events(result, program.home))


def test_the_folders_after_a_render(sandboxed: tuple[Program, Result]) -> None:
    names = files_below(sandboxed[0].home)
    assert_golden("folders/render.json", [normalize(name) for name in names if not (REQUESTS / name).exists()])


def test_the_tags_inside_a_clip(sandboxed: tuple[Program, Result]) -> None:
    program, result = sandboxed
    clip = Path(result.lines[-1]["file"])
    with av.open(str(clip)) as video:
        tags = dict(video.metadata)
    assert_golden("clip/tags.json", shape({key: tags[key] for key in sorted(tags) if key != "encoder"}))
    comment = json.loads(tags["comment"])
    chance = {key: shape(comment[key]) for key in ("seed", "created_at", "sent_at", "ended_at")}
    assert_golden("clip/comment.json", normalize(comment | chance))
    checked = program.run("check", "--json", str(clip))
    assert (checked.code, checked.lines[0]["request"]) == (0, comment["request"])


def test_the_xmp_inside_a_clip(sandboxed: tuple[Program, Result]) -> None:
    content = Path(sandboxed[1].lines[-1]["file"]).read_bytes()
    packet = re.search(
        rb"uuid\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac(.*<\?xpacket end.*)", content, re.S
    )
    assert packet
    told = [[node.tag, (node.text or "").strip()] for node in ElementTree.fromstring(packet[1].strip(b"\0")).iter()]
    chance = {
        "{urn:kling-desktop:xmp:1.0#}settings": "<the comment>",
        "{http://ns.adobe.com/xap/1.0/}CreateDate": "<time>",
    }
    assert_golden("clip/xmp.json", [[tag, chance.get(tag, text) if text else ""] for tag, text in told])
