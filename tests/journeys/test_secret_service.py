"""A key that was stored once is there after a crash, from the system's real keyring."""

import subprocess
import sys
from pathlib import Path

from tests.support.secret_service import secret_service

ROOT = Path(__file__).parents[2]
KEY = "c0ffee00-0000-4000-8000-canary000002"

STORE = """
import sys
from kling_desktop.domain.secret import Secret
from kling_desktop.store.keychain import Keychain

print(Keychain().store("work", Secret(sys.stdin.readline().strip())), flush=True)
sys.stdin.read()
"""

READ = """
import sys
from kling_desktop.domain.secret import Secret
from kling_desktop.store.keychain import Keychain

keychain = Keychain()
key = Secret(sys.stdin.readline().strip())
print(keychain.read("work") == key, keychain.read("home"), keychain.delete("work"), keychain.read("work"))
print(keychain.storage_problem())
"""


def test_a_stored_key_survives_the_death_of_the_app(tmp_path: Path) -> None:
    with secret_service(tmp_path) as environment:

        def start(code: str) -> "subprocess.Popen[str]":
            command = [sys.executable, "-W", "error", "-c", code]
            pipe = subprocess.PIPE
            return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=environment)

        with start(STORE) as first:
            assert first.stdin
            assert first.stdout
            first.stdin.write(f"{KEY}\n")
            first.stdin.flush()
            assert first.stdout.readline() == "True\n"
            first.kill()
        with start(READ) as second:
            assert second.communicate(f"{KEY}\n", timeout=60)[0].splitlines() == ["True None True None", ""]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in written if path.suffix == ".keyring"]
    assert not [path for path in written if KEY.encode() in path.read_bytes()]
