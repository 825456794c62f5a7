import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kling_desktop.domain.presets.file_format import write_preset
from kling_desktop.domain.presets.preset import PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import Size
from kling_desktop.media.metadata.clip_metadata import write_clip_metadata
from tests.cli.app_cli import BODY, AppCli
from tests.domain.parsing.test_request_formats import EDIT_SAMPLE, FRAMES_SAMPLE

ID = "1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10"


def one(cli: AppCli, *words: str, code: int, stdin: str = "") -> dict[str, Any]:
    result = cli.run("check", "--json", *words, stdin=stdin)
    assert result.code == code, result.out + result.err
    assert result.err == ""
    [line] = result.lines
    assert list(line) == ["file", "ok", "problems", "warnings", "request"]
    assert line["ok"] is (code == 0)
    assert (line["request"] is None) is (code != 0)
    assert all(list(note) == ["control", "message"] for note in line["problems"] + line["warnings"])
    return line


def controls(notes: list[dict[str, str]]) -> list[str]:
    return [note["control"] for note in notes]


def test_a_complete_body_is_returned_with_equal_keys_and_values(cli: AppCli) -> None:
    line = one(cli, cli.write("a.json"), code=0)
    assert line == {"file": "a.json", "ok": True, "problems": [], "warnings": [], "request": BODY}


def test_standard_input_is_read_for_a_dash(cli: AppCli) -> None:
    line = one(cli, "-", code=0, stdin=json.dumps(BODY))
    assert (line["file"], line["request"]) == ("-", BODY)


def test_a_pipe_is_read_as_a_file_is(cli: AppCli) -> None:
    os.mkfifo(cli.home / "pipe")
    writing = threading.Thread(target=lambda: (cli.home / "pipe").write_text(json.dumps(BODY)))
    writing.start()
    assert one(cli, "pipe", code=0)["request"] == BODY
    writing.join()


def test_missing_keys_get_the_forms_default_with_a_warning(cli: AppCli) -> None:
    line = one(cli, "-", code=0, stdin=json.dumps({"parameters": {"prompt": "A cat"}}))
    assert line["request"]["public"] is False
    assert line["request"]["parameters"] == {"prompt": "A cat", "duration": 5, "width": 1920, "height": 1080}
    assert {"public", "duration", "size", "model"} == set(controls(line["warnings"]))


@pytest.mark.parametrize(("sample", "places"), [(FRAMES_SAMPLE, 2), (EDIT_SAMPLE, 3)])
def test_the_guides_samples_have_placeholders(cli: AppCli, sample: str, places: int) -> None:
    line = one(cli, "-", code=1, stdin=sample)
    assert len(line["problems"]) == places
    filled = (
        {"start_frame": ID, "end_frame": ID}
        if places == 2
        else {"seed": "7", "image_reference": ID, "video_reference_base": ID}
    )
    words = [word for control, value in filled.items() for word in ("--set", f"{control}={value}")]
    line = one(cli, *words, "-", code=0, stdin=sample)
    guidances = line["request"]["parameters"]["guidances"]
    kinds = {slot: next(iter(items[0].values()))["type"] for slot, items in guidances.items()}
    wanted = dict.fromkeys(guidances, "UPLOADED") | {"video_reference_base": "GENERATED"}
    assert kinds == {slot: wanted[slot] for slot in filled if slot != "seed"}


def test_a_clip_of_the_app_is_a_request(cli: AppCli, film: Path) -> None:
    clip = cli.home / "clip.mp4"
    clip.write_bytes(film.read_bytes())
    write_clip_metadata(clip, json.dumps({"app": "Kling Desktop", "request": BODY}))
    assert one(cli, "clip.mp4", code=0)["request"] == BODY
    (cli.home / "other.mp4").write_bytes(film.read_bytes())
    assert "contains no request" in one(cli, "other.mp4", code=2)["problems"][0]["message"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(("missing.json", None), ("empty.json", b""), ("half.json", b'{"model": "kling-video-o-1", "para')),
        *(
            ("binary.json", bytes(range(256)) * 4),
            ("list.json", b"[]"),
            ("number.json", b"1e999"),
            ("nan.json", b"NaN"),
        ),
        *(("deep.json", b"[" * 100_000), ("other.json", b'{"a": 1}'), ("page.json", b"<!DOCTYPE html><html>")),
        *(("damaged.mp4", b"\0\0\0\x20ftypisom" + bytes(5000)), ("null.json", b"null"), ("zeros.json", bytes(4096))),
        ("large.json", b'{"parameters": {"prompt": "' + b"x" * 40_000_000 + b'"}}'),
    ],
)
def test_an_unreadable_file_gets_a_line_that_says_so(cli: AppCli, name: str, content: bytes | None) -> None:
    if content is not None:
        (cli.home / name).write_bytes(content)
    line = one(cli, name, code=2)
    assert controls(line["problems"]) == ["file"]
    assert len(line["problems"][0]["message"]) < 200


def test_a_folder_is_not_a_file(cli: AppCli) -> None:
    (cli.home / "folder").mkdir()
    assert controls(one(cli, "folder", code=2)["problems"]) == ["file"]


def test_every_file_gets_a_line_and_the_worst_result_decides(cli: AppCli) -> None:
    good, bad = cli.write("good.json"), cli.write("bad.json", duration=7)
    result = cli.run("check", "--json", good, bad)
    assert (result.code, [line["ok"] for line in result.lines]) == (1, [True, False])
    result = cli.run("check", "--json", bad, "missing.json", good)
    assert (result.code, [line["file"] for line in result.lines]) == (2, [bad, "missing.json", good])
    assert cli.run("check", good, good).code == 0


@pytest.mark.parametrize(
    ("setting", "control"),
    [
        *(("prompt=", "prompt"), ("duration=7", "duration"), ("duration=soon", "duration"), ("size=640x480", "size")),
        *(("size=big", "size"), ("model=other", "model"), ("public=maybe", "public"), ("seed=x", "seed")),
        *(("mode=FAST", "mode"), ("prompt_enhance=ON", "prompt_enhance"), ("quantity=2", "quantity")),
        *((f"end_frame={ID}", "end_frame"), (f"video_reference_base=UPLOADED:{ID}", "video_reference_base")),
        *(("start_frame=missing.png", "start_frame"), ("image_reference=https://leonardo.ai/", "image_reference")),
    ],
)
def test_each_refusal_names_its_control(cli: AppCli, setting: str, control: str) -> None:
    line = one(cli, "--set", setting, cli.write("a.json"), code=1)
    assert controls(line["problems"]) == [control]


def test_a_local_picture_shows_as_its_file(cli: AppCli) -> None:
    Image.new("RGB", (1080, 1920)).save(cli.home / "start.png")
    (cli.home / "text.png").write_text("This is no picture")
    body = cli.write("a.json")
    line = one(cli, "--set", "start_frame=start.png", body, code=0)
    assert line["request"]["parameters"]["guidances"] == {"start_frame": [{"image": {"file": "start.png"}}]}
    line = one(cli, "--set", "start_frame=text.png", body, code=1)
    assert controls(line["problems"]) == ["start_frame"]
    assert "text.png" in line["problems"][0]["message"]


def test_unknown_keys_are_kept_and_warned_of_but_refused_inside_guidances(cli: AppCli) -> None:
    line = one(cli, cli.write("a.json", BODY | {"later": {"a": ["\ud83d"]}}, style="noir"), code=0)
    assert line["request"]["later"] == {"a": ["\ud83d"]}
    assert line["request"]["parameters"]["style"] == "noir"
    assert len(line["warnings"]) == 2
    line = one(cli, cli.write("b.json", guidances={"style_frame": []}), code=1)
    assert "style_frame" in line["problems"][0]["message"]


def test_the_guides_misprint_is_read_as_end_frame(cli: AppCli) -> None:
    frame = [{"image": {"id": ID, "type": "UPLOADED"}}]
    line = one(cli, cli.write("a.json", guidances={"start_frame": frame, "endframe": frame}), code=0)
    assert line["request"]["parameters"]["guidances"] == {"start_frame": frame, "end_frame": frame}
    assert controls(line["warnings"]) == ["end_frame"]


def test_people_read_sentences(cli: AppCli) -> None:
    result = cli.run("check", cli.write("a.json", duration=7))
    assert result.out == "a.json: can't be sent\n  duration: Set the duration to 5 or 10 seconds, not 7\n"


def test_undecodable_names_and_readers_that_stop_early_are_survived(cli: AppCli) -> None:
    cli.environment |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    body = cli.write("a.json", prompt="Ein Kätzchen 🐈")
    (cli.home / body).rename(cli.home / "\udcff.json")
    for words in (("--json",), ()):
        assert cli.run("check", *words, "\udcff.json").code == 0


def test_nobody_reads_to_the_end(cli: AppCli) -> None:
    names = [cli.write(f"{n}.json") for n in range(30)]
    with cli.start("check", "--json", *names) as running:
        assert running.process.stdout
        assert running.process.stderr
        running.process.stdout.close()
        assert running.process.stderr.read() == ""


@pytest.mark.parametrize("words", [["--set", "colour=red"], ["--set", "prompt"], ["--nonsense"], []])
def test_unknown_arguments_end_with_2(cli: AppCli, words: list[str]) -> None:
    assert cli.run("check", *words, *(["a.json"] if words else [])).code == 2


def test_check_loads_neither_window_nor_network_nor_video(cli: AppCli) -> None:
    loaded = modules(cli, "check", cli.write("a.json"))
    assert not {"PySide6", "httpx", "av", "PIL", "cattrs", "asyncio", "sqlite3"} & loaded


def test_render_never_loads_the_window(cli: AppCli) -> None:
    loaded = modules(cli, "render", "--dry-run", cli.write("a.json"))
    assert "httpx" in loaded
    assert not {"PySide6", "qasync", "shiboken6"} & loaded


def modules(cli: AppCli, *words: str) -> set[str]:
    script = (
        "import sys; from kling_desktop.cli.main import main; code = main(sys.argv[1:]);"
        "sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        cwd=cli.home,
        env=cli.environment,
        check=True,
    )
    return set(done.stderr.split())


def test_one_file_is_checked_almost_instantly(cli: AppCli) -> None:
    """At most three times what Python itself takes to read JSON, plus a quarter of a second."""

    def seconds(*words: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], cwd=cli.home, env=cli.environment, check=True, capture_output=True)
        return time.perf_counter() - start

    name = cli.write("a.json")
    checks, bare = [], []
    for _ in range(20):  # whoever else is busy here slows single runs down
        checks.append(seconds("-m", "kling_desktop", "check", name))
        bare.append(seconds("-c", "import json"))
        if len(checks) > 2 and min(checks) <= 3 * min(bare) + 0.25:
            return
    raise AssertionError(f"{min(checks):.3f} s, and Python alone {min(bare):.3f} s")


PRESET = from_draft(
    Draft(prompt="A {subject} in {place}", duration=10, size=Size(1080, 1920)), "id", "Rain", frozenset(PresetPart)
)


def test_a_preset_is_checked_with_its_template_fields_filled_in(cli: AppCli) -> None:
    (cli.home / "Rain.preset.json").write_text(write_preset(PRESET))
    line = one(cli, "Rain.preset.json", code=1)
    assert line["problems"] == [{"control": "prompt", "message": "Fill in “subject”"}]
    line = one(
        cli, "--set", "subject=fox", "--set", "place=the snow", "--set", "duration=5", "Rain.preset.json", code=0
    )
    assert line["request"]["parameters"]["prompt"] == "A fox in the snow"
    assert line["request"]["parameters"] | {"duration": 5, "width": 1080} == line["request"]["parameters"]
    assert line["request"]["public"] is False


def test_only_controls_and_template_fields_can_be_set(cli: AppCli) -> None:
    (cli.home / "Rain.preset.json").write_text(write_preset(PRESET))
    line = one(cli, "--set", "colour=red", "Rain.preset.json", code=2)
    assert "colour" in line["problems"][0]["message"]
    assert "subject" in line["problems"][0]["message"]


def test_a_broken_preset_is_told_apart_from_a_request(cli: AppCli) -> None:
    (cli.home / "Rain.preset.json").write_text('{"kling_desktop_preset": 1, "id": "x", "name": "y"}')
    line = one(cli, "Rain.preset.json", code=2)
    assert "preset" in line["problems"][0]["message"]
