"""`render` and `resume`: each way to end, against the sandbox over a real connection."""

import json
import os
import select
import signal
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.domain.jobs.failure_catalog import NOT_CHARGED
from kling_desktop.domain.presets.file_format import write_preset
from kling_desktop.domain.presets.preset import PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata
from kling_desktop.media.video.probe import clip_problem
from tests.cli.app_cli import BODY, KEY, AppCli, CliResult, SandboxServer, sandbox_server
from tests.support.interrupts import ignoring_interrupts

POLL = ("--poll", "0.1")
BAD_KEY = "00000000-0000-0000-0000-000000000000"
STATES = ["waiting", "uploading", "sending", "generating", "made", "downloading", "done"]
KEYS = ["job", "state", "generation", "file", "cost", "message"]


def states(result: CliResult) -> list[str]:
    return [end["state"] for end in result.ends]


def test_several_files_become_clips_and_every_event_a_line(cli: AppCli, service: SandboxServer) -> None:
    Image.new("RGB", (640, 360)).save(cli.home / "start.png")
    names = [cli.write(f"{number}.json", prompt=f"Take {number}") for number in range(4)]
    result = cli.with_key().run(
        *(
            "render",
            "--api",
            service.base,
            *POLL,
            "--out",
            "clips",
            "--set",
            "start_frame=start.png",
            "--json",
            *names,
        )
    )
    (cli.home / "start.png").unlink()
    assert (result.code, result.err, service.accepted) == (0, "", 4)
    assert all(list(line) == KEYS for line in result.lines)
    for end in result.ends:
        events = [line for line in result.lines if line["job"] == end["job"]]
        assert list(dict.fromkeys(line["state"] for line in events)) == STATES
        assert end["cost"] == {"amount": "0.755", "unit": "DOLLARS"}
        file = Path(end["file"])
        assert file.parent == cli.home / "clips"
        assert clip_problem(file, None, None, None) == ""
        assert json.loads(read_clip_metadata(file) or "")["generation"] == end["generation"]
    # All are saved before the first one goes.
    assert [line["state"] for line in result.lines[:4]] == ["waiting"] * 4
    assert cli.hunt_key() == []


def test_no_more_jobs_are_active_than_the_accounts_slots(cli: AppCli, tmp_path: Path, film: Path) -> None:
    with sandbox_server(tmp_path / "far", film, ["one_slot"]) as service:
        names = [cli.write(f"{number}.json") for number in range(3)]
        result = cli.with_key().run("render", "--api", service.base, *POLL, "--json", *names)
    assert (result.code, states(result)) == (0, ["done"] * 3)
    at_work, most = set[str](), 0
    for event in result.lines:
        (at_work.add if event["state"] in ("uploading", "sending", "generating") else at_work.discard)(event["job"])
        most = max(most, len(at_work))
    assert most == 1


def test_the_built_in_sandbox_makes_real_clips(cli: AppCli) -> None:
    """The child sandbox doesn't see the key, and its clips have the size and length that was asked for."""
    keyed = cli.with_key()
    words = ["render", "--sandbox", "--poll", "0.3", "--json"]
    with keyed.start(*words, cli.write("a.json"), cli.write("b.json", width=1920, height=1080)) as running:
        running.until(lambda event: event["state"] == "generating")
        [child] = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
        environment = Path(f"/proc/{child}/environ").read_bytes()
        assert b"HOME" in environment
        assert KEY.encode() not in environment
        result = running.end()
    assert (result.code, states(result)) == (0, ["done", "done"])
    assert not Path(f"/proc/{child}").exists()
    sizes = [(1080, 1920), (1920, 1080)]
    for end, (width, height) in zip(result.ends, sizes, strict=True):
        assert clip_problem(Path(end["file"]), width, height, 5.0) == ""
        assert Path(end["file"]).parent.parts[-2:] == ("Kling Desktop", "Sandbox"), "apart from those paid for"
        assert end["message"] == ""
    assert cli.hunt_key() == []


def test_a_dry_run_prints_requests_and_prices_and_sends_nothing(cli: AppCli) -> None:
    names = [cli.write("a.json"), cli.write("b.json", duration=10)]
    result = cli.run("render", "--dry-run", "--json", *names)
    assert result.code == 0
    assert [line["file"] for line in result.lines] == names
    assert result.lines[0]["request"] == BODY
    assert "2 to send, about $2.265" in result.err
    assert not (cli.home / "data").exists()
    assert cli.run("render", "--dry-run", "-", stdin=json.dumps(BODY)).code == 0


def test_a_preset_is_rendered_with_its_template_fields_filled_in(cli: AppCli) -> None:
    preset = from_draft(
        Draft(prompt="A {subject} in the snow", duration=10), "id", "Snow", frozenset({PresetPart.PROMPT})
    )
    (cli.home / "Snow.preset.json").write_text(write_preset(preset))
    assert cli.run("render", "--dry-run", "Snow.preset.json").code == 2
    result = cli.run("render", "--dry-run", "--json", "--set", "subject=fox", "Snow.preset.json")
    assert result.code == 0
    assert result.lines[0]["request"]["parameters"]["prompt"] == "A fox in the snow"


@pytest.mark.parametrize("bad", ["missing.json", "long.json", "text.json"])
def test_one_bad_file_keeps_all_from_being_sent(cli: AppCli, service: SandboxServer, bad: str) -> None:
    cli.write("long.json", duration=7)
    cli.write("text.json", "This is no request")
    keyed = cli.with_key()
    result = keyed.run("render", "--api", service.base, *POLL, "--json", cli.write("good.json"), bad)
    assert (result.code, result.out) == (2, "")
    assert bad in result.err
    later = keyed.run("resume", "--api", service.base, *POLL, "--json")
    assert (later.code, later.out, service.accepted) == (0, "", 0)


@pytest.mark.parametrize(
    ("faults", "code", "ends"),
    [
        (["failed=1"], 1, ["failed", "failed"]),
        (["moderation=1"], 1, ["refused", "refused"]),
        (["no_credit=1"], 1, ["refused", "waiting"]),
        (["blocked=1"], 1, ["blocked", "blocked"]),
        (["drop_before=1"], 3, ["unknown", "unknown"]),
        (["create.html=1", "failed=1"], 3, ["unknown", "unknown"]),
        (["unauthorized=1"], 4, ["refused", "waiting"]),
        (["drop_after=1", "late_list=1"], 0, ["done", "done"]),
        (["error_500_after=1", "poll.garbage=0.3", "truncated=0.3", "url_expired=0.5"], 0, ["done", "done"]),
        (["null_generation=1", "late_video=1", "unknown_status=1", "flat=1", "no_poster=1"], 0, ["done", "done"]),
    ],
)
def test_every_way_to_end_has_its_code(
    cli: AppCli, tmp_path: Path, film: Path, faults: list[str], code: int, ends: list[str]
) -> None:
    names = [cli.write("a.json"), cli.write("b.json", prompt="Another")]
    with sandbox_server(tmp_path / "far", film, faults) as there:
        poll = ("--poll", "0.01") if "blocked=1" in faults else POLL
        result = cli.with_key().run("render", "--api", there.base, *poll, "--json", *names)
        # Both are sent at once, so either may be the first to be refused.
        assert (result.code, sorted(states(result))) == (code, ends), result
        assert there.accepted == (2 if "done" in ends or ends[0] in ("failed", "blocked") else 0)
        for end in result.ends:
            assert end["message"] or end["state"] == "done"
            assert (NOT_CHARGED in end["message"]) is (end["state"] == "refused")
            assert ("Refunded" in end["message"]) is (end["state"] == "failed")


def test_an_unknown_outcome_beats_a_refusal(cli: AppCli, tmp_path: Path, film: Path) -> None:
    names = [cli.write("a.json"), cli.write("b.json", seed=7)]
    with sandbox_server(tmp_path / "far", film, ["refuse_seed=1", "drop_before=0.5"]) as there:
        for _ in range(6):
            result = cli.with_key().run("render", "--api", there.base, *POLL, "--json", *names)
            if "unknown" in states(result):
                break
        assert result.code == 3


def test_without_a_key_nothing_is_asked(cli: AppCli, service: SandboxServer) -> None:
    name = cli.write("a.json")
    for words in (["--api", service.base], []):
        result = cli.run("render", *words, "--json", name)
        assert (result.code, result.out) == (4, "")
        assert "LEONARDO_API_KEY" in result.err
    wrong = cli.with_key(BAD_KEY).run("render", "--api", service.base, *POLL, "--json", name)
    assert (wrong.code, states(wrong), service.accepted) == (4, ["refused"], 0)
    shapeless = cli.with_key("secret key").run("render", "--api", service.base, *POLL, "--json", name)
    assert (shapeless.code, service.accepted) == (4, 0)
    assert "secret key" not in shapeless.out + shapeless.err


@pytest.mark.parametrize(
    "base", ["http://example.com/api/rest", "ftp://x/api", "https://cloud.leonardo.ai/api/rest/v1", "nonsense", ""]
)
def test_an_address_that_could_leak_the_key_is_refused(cli: AppCli, base: str) -> None:
    result = cli.with_key().run("render", "--api", base, "--json", cli.write("a.json"))
    assert (result.code, result.out) == (2, "")


def test_a_read_only_folder_is_reported_before_anything_is_paid(cli: AppCli, service: SandboxServer) -> None:
    (cli.home / "clips").write_text("a file where the folder should be")
    words = ["render", "--api", service.base, *POLL, "--out", "clips", "--json", cli.write("a.json")]
    result = cli.with_key().run(*words)
    assert (result.code, result.out, service.accepted) == (2, "", 0)
    assert "clips" in result.err


def test_an_unusable_home_is_reported(cli: AppCli, service: SandboxServer) -> None:
    (cli.home / "data").write_text("a file where the folder should be")
    words = ["render", "--api", service.base, *POLL, "--out", "clips", "--json", cli.write("a.json")]
    result = cli.with_key().run(*words)
    assert (result.code, result.out, service.accepted) == (2, "", 0)
    assert "can't be used" in result.err


def test_a_render_whose_output_is_closed_finishes_its_work(cli: AppCli, service: SandboxServer) -> None:
    words = ["render", "--api", service.base, *POLL, "--out", "clips", "--json", cli.write("a.json")]
    with cli.with_key().start(*words) as running:
        next(running.events())
        assert running.process.stdout
        assert running.process.stderr
        running.process.stdout.close()
        assert running.process.stderr.read() == ""
        assert running.process.wait() == 0
    assert len(list((cli.home / "clips").glob("*.mp4"))) == 1


def test_ctrl_c_leaves_everything_resumable(cli: AppCli, tmp_path: Path, film: Path) -> None:
    names = [cli.write("a.json"), cli.write("b.json", prompt="Another")]
    with sandbox_server(tmp_path / "far", film, speed=6) as there:
        keyed = cli.with_key()
        with keyed.start("render", "--api", there.base, *POLL, "--out", "clips", "--json", *names) as running:
            running.until(lambda event: event["state"] == "generating")
            stopped = running.end(signal.SIGINT)
        assert stopped.code == 130
        assert "resume" in stopped.err
        done = keyed.run("resume", "--api", there.base, *POLL, "--json")
        assert (done.code, states(done), there.accepted) == (0, ["done", "done"], 2)
        assert len(list((cli.home / "clips").glob("*.mp4"))) == 2
        again = keyed.run("resume", "--api", there.base, *POLL, "--json")
        assert (again.code, again.out) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_before_the_first_request_is_quiet(cli: AppCli, number: signal.Signals) -> None:
    """Nobody listens there, so it is asked again and again."""
    keyed = cli.with_key()
    name = cli.write("a.json")
    with keyed.start("render", "--api", "http://127.0.0.1:9/api/rest", *POLL, "--json", name) as running:
        event = running.until(lambda event: "Trying again" in event["message"])
        assert event["state"] == "waiting"
        assert running.end(number).code == 130


def test_the_jobs_of_a_living_run_are_left_to_it(cli: AppCli, tmp_path: Path, film: Path) -> None:
    with sandbox_server(tmp_path / "far", film, speed=2) as there:
        keyed = cli.with_key()
        words = ["--api", there.base, *POLL, "--json"]
        with keyed.start("render", *words, cli.write("a.json")) as running:
            first = running.until(lambda event: event["state"] == "generating")["job"]
            resumed = keyed.run("resume", *words)
            assert (resumed.code, resumed.out) == (0, "")
            second = keyed.run("render", *words, cli.write("b.json", prompt="Another"))
            assert first not in {line["job"] for line in second.lines}
            assert (second.code, states(second)) == (0, ["done"])
            result = running.end()
        assert (result.code, states(result), there.accepted) == (0, ["done"], 2)


def test_jobs_go_on_only_at_their_own_service_and_profile(cli: AppCli, tmp_path: Path, film: Path) -> None:
    keyed = cli.with_key()
    with (
        sandbox_server(tmp_path / "far", film, ["no_credit=1"]) as there,
        sandbox_server(tmp_path / "other", film) as other,
    ):
        words = ["--api", there.base, *POLL, "--json"]
        names = [cli.write("a.json"), cli.write("b.json")]
        assert keyed.run("render", *words, *names).code == 1
        for elsewhere in (["--api", other.base, *POLL], [*words[:4], "--profile", "studio"]):
            result = keyed.run("resume", "--json", *elsewhere)
            assert (result.code, result.out) == (0, "")
        assert states(keyed.run("resume", *words)) == ["refused"]
        assert other.accepted == 0


def test_people_read_a_line_for_each_change(cli: AppCli, service: SandboxServer) -> None:
    result = cli.with_key().run("render", "--api", service.base, *POLL, cli.write("a.json"))
    lines = result.out.splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == STATES
    assert "a clip" not in lines[-1]
    assert ".mp4" in lines[-1]


def test_the_service_of_the_command_line_ends_with_its_parent(cli: AppCli, tmp_path: Path) -> None:
    script = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE);"
    script += "print(p.pid, p.stdout.readline().decode(), flush=True); p.wait()"
    import sys

    words = [sys.executable, "-c", script, sys.executable, "-m", "kling_desktop", "sandbox", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=cli.environment) as parent:
        assert parent.stdout
        number, base = parent.stdout.readline().split()
        assert base.startswith("http://127.0.0.1:")
        sandbox = os.pidfd_open(int(number))
        os.kill(parent.pid, signal.SIGKILL)
        ended, _, _ = select.select([sandbox], [], [], 20)
        os.close(sandbox)
        assert ended


def test_a_render_in_the_background_of_a_shell_keeps_ignoring_ctrl_c(cli: AppCli, service: SandboxServer) -> None:
    words = ("render", "--api", service.base, *POLL, "--json", cli.write("a.json"))
    with cli.with_key().start(*words, start=ignoring_interrupts) as running:
        running.until(lambda event: event["state"] == "generating")
        ended = running.end(signal.SIGINT)
    assert (ended.code, states(ended)) == (0, ["done"])
