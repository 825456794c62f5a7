"""Reports of crashes, and facts for people who look for a cause."""

import subprocess
import sys
from pathlib import Path

import pytest

from kling_desktop.store.diagnostics.crash_file import CrashFile
from kling_desktop.store.diagnostics.system_facts import read_facts, read_last_errors
from kling_desktop.store.folders import Folders

ROOT = Path(__file__).resolve().parents[3]
_CRASH = """
import ctypes, sys
from pathlib import Path
from kling_desktop.environment import forbid_core_dumps
from kling_desktop.store.diagnostics.crash_file import CrashFile

forbid_core_dumps()
file = CrashFile(Path(sys.argv[1]))
key = "canary-0123"
def decode(secret):
    ctypes.string_at(0)
if sys.argv[2] == "crash":
    decode(key)
file.close()
"""


def run(folder: Path, how: str) -> int:
    return subprocess.run([sys.executable, "-c", _CRASH, str(folder), how], cwd=ROOT, capture_output=True).returncode


def test_a_crash_leaves_a_report_that_the_next_start_finds(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    assert run(logs, "crash") < 0
    [left] = logs.iterdir()
    report = left.read_text()
    assert "in decode" in report
    assert "canary" not in report

    crash = CrashFile(logs)
    crash.close()
    assert crash.earlier is not None
    assert crash.earlier.read_text() == report
    again = CrashFile(logs)
    again.close()
    assert again.earlier is None


def test_a_run_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "well") == 0
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "crash.log").touch()  # from a run that was killed
    crash = CrashFile(tmp_path)
    crash.close()
    assert crash.earlier is None


def test_a_crash_leaves_no_memory_image() -> None:
    program = "from kling_desktop.environment import forbid_core_dumps as f; f(); import resource, ctypes; "
    program += "print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["0", "0"]


def test_the_facts_name_versions_folders_and_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    facts = read_facts(Folders.under(tmp_path), tmp_path / "clips")
    assert str(tmp_path / "data") == facts["Data"]
    assert "https_proxy=http://proxy:3128" in facts["Proxies in the environment"]
    assert "av " in facts["Packages"]
    assert all(facts.values()), facts


def test_the_last_errors_of_the_log_are_found(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert read_last_errors(log) == []
    lines = [f"2026-12-01 10:00:{n:02} {'ERROR' if n % 2 else 'INFO'} kling: {n}" for n in range(60)]
    log.write_text("\n".join(lines))
    errors = read_last_errors(log)
    assert errors[-1] == lines[59]
    assert len(errors) == 15
