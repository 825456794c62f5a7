"""The sandbox as a process: its one line, its end, what it keeps, and real connections."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.interrupts import interruptible
from tests.support.sandbox_client import KEY, create_body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "kling_desktop.sandbox", "--port", "0", "--speed", "0"]


@contextmanager
def sandbox(*options: str, **kwargs: Any) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with interruptible():
        child = subprocess.Popen([*COMMAND, *options], stdin=pipe, stdout=pipe, stderr=pipe, text=True, **kwargs)
    with child:
        try:
            yield child
        finally:
            child.kill()


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().rstrip("\n")


def client(base: str) -> httpx.Client:
    return httpx.Client(base_url=base, headers={"authorization": f"Bearer {KEY}"}, trust_env=False, timeout=30)


def test_ctrl_c_ends_it_during_a_response() -> None:
    with sandbox("--speed", "1", "--fault", "me.slow=1") as child:
        with client(line(child)) as http, ThreadPoolExecutor(1) as thread:
            asked = thread.submit(http.get, "/v1/me")
            while not http.get("/v2/models").is_success:
                pass
            child.send_signal(signal.SIGINT)
            assert asked.exception() or asked.result().is_error
        assert child.communicate(timeout=20) == ("", "")


def test_it_prints_its_base_url_and_answers_there() -> None:
    with sandbox() as child:
        base = line(child)
        assert base.startswith("http://127.0.0.1:")
        assert base.endswith("/api/rest")
        with client(base) as http:
            generation = http.post("/v2/generations", json=create_body()).json()["generate"]["generationId"]
            answer = http.get(f"/v1/generations/{generation}")
        [image] = answer.json()["generations_by_pk"]["generated_images"]
        assert image["motionMP4URL"].startswith(base.removesuffix("/api/rest") + "/cdn/")
        assert len(answer.headers.get_list("date")) == 1


def test_ctrl_c_ends_it_without_output() -> None:
    with sandbox() as child:
        line(child)
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=20) == ("", "")
        assert child.returncode == 0


def test_it_can_end_when_stdin_closes() -> None:
    with sandbox("--until-stdin-closes") as child:
        line(child)
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(20) == 0


def test_it_ends_when_its_parent_is_killed() -> None:
    # The parent hands on its output: it ends, for the one who reads it, when the sandbox has ended too.
    script = f"import subprocess, time; subprocess.Popen({COMMAND!r}, stdin=subprocess.DEVNULL); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        base = line(parent)
        parent.kill()
        assert parent.stdout is not None
        assert parent.stdout.read() == ""
    with client(base) as http, pytest.raises(httpx.ConnectError):
        http.get("/v1/me")


def test_it_runs_without_stdin() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as child:
        with client(line(child)) as http:
            assert http.get("/v1/me").status_code == 200
        child.terminate()
        assert child.wait(20) == 0


def test_its_temporary_folder_is_deleted_at_exit(tmp_path: Path) -> None:
    for end in (signal.SIGINT, signal.SIGTERM):
        with sandbox(env={**os.environ, "TMPDIR": str(tmp_path)}) as child:
            line(child)
            assert len(list(tmp_path.iterdir())) == 1
            child.send_signal(end)
            child.wait(20)
        assert list(tmp_path.iterdir()) == []


def test_its_data_survives_a_kill(tmp_path: Path) -> None:
    with sandbox("--data", str(tmp_path)) as child, client(line(child)) as http:
        made = [http.post("/v2/generations", json=create_body()).json()["generate"]["generationId"] for _ in range(2)]
        http.post("/v1/init-image", json={"extension": "png"})
        child.kill()
    with sandbox("--data", str(tmp_path)) as child, client(line(child)) as http:
        shown = http.get(f"/v1/generations/{made[0]}").json()["generations_by_pk"]
        user = http.get("/v1/me").json()["user_details"][0]["user"]["id"]
        listed = [one["id"] for one in http.get(f"/v1/generations/user/{user}").json()["generations"]]
        del http.headers["authorization"]
        poster = http.get(shown["generated_images"][0]["url"])
    assert shown["prompt"] == create_body()["parameters"]["prompt"]
    assert listed == list(reversed(made))
    assert poster.headers["content-type"] == "image/jpeg"


def test_a_connection_is_dropped_on_a_real_socket() -> None:
    with sandbox("--fault", "drop_after=1", "--fault", "truncated=1") as child:
        with client(line(child)) as http:
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                http.post("/v2/generations", json=create_body())
            user = http.get("/v1/me").json()["user_details"][0]["user"]["id"]
            [made] = http.get(f"/v1/generations/user/{user}").json()["generations"]
            del http.headers["authorization"]
            with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
                http.get(made["generated_images"][0]["motionMP4URL"])
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=20) == ("", "")


@pytest.mark.parametrize("option", ["--fault htlm=1", "--speed -1", "--port 99999", "--data /dev/null/x"])
def test_invalid_options_are_explained_in_one_line(option: str) -> None:
    ended = subprocess.run([*COMMAND, *option.split()], capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_help_lists_every_fault() -> None:
    from kling_desktop.sandbox.faults import FAULTS

    told = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True, timeout=30).stdout
    assert [name for name in FAULTS if f"  {name} " not in told] == []
