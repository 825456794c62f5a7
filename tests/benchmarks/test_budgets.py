"""What keeps the start fast, counted: that works on a busy machine too. Times are for `dev.py bench`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BODY = {"model": "kling-video-o-1", "parameters": {"prompt": "A cat", "duration": 5, "width": 1920, "height": 1080}}

AT_THE_FIRST_PAINT = """
import linecache, os, sys

def tell(_kind, _place, words):
    if "Flushing top level" in words:
        print(*sys.modules, *(f"read:{name}" for name in linecache.cache), sep="\\t", flush=True)
        os._exit(0)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "kling_desktop.controllers.application":
            from PySide6.QtCore import qInstallMessageHandler
            qInstallMessageHandler(tell)
        return None

sys.meta_path.insert(0, Finder())
from kling_desktop.cli.main import main
main(["--sandbox"])
"""
ON_THE_UI_THREAD = """
import asyncio, os, sys, threading
from kling_desktop.controllers.application import Application
from kling_desktop.main import run

found = []

class Finder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread():
            found.append(name)
        return None

def compose(theme, folders):
    desktop = Application(theme, folders, sandbox=True)
    sys.meta_path.insert(0, Finder())

    async def tell():
        while desktop.composer.send_blocker:
            await asyncio.sleep(0.05)
        print("connected", *found, sep="\\t", flush=True)
        os._exit(0)

    desktop.telling = asyncio.get_event_loop().create_task(tell())
    return desktop

run(compose)
"""
AT_THE_END_OF_CHECK = """
import sys
from kling_desktop.cli.main import main
code = main(["check", sys.argv[1]])
print(*sys.modules, sep="\\t")
sys.exit(code)
"""


OWN_MODULES, ALL_MODULES = 226, 490
"""The most that the first paint may wait for: each module costs every start a quarter of a millisecond and more.

The imports of the first paint begin in controllers/shell.py. What can come later belongs behind the first paint.
"""
TOO_HEAVY = {"PIL", "anyio", "av", "cattrs", "cryptography", "httpx", "jeepney", "keyring", "pi_heif", "send2trash"}
TOO_HEAVY |= {"email", "sqlite3", "starlette", "truststore", "uuid", "uvicorn"}


def loaded(program: str, home: Path, *arguments: str) -> set[str]:
    """Run a program and return the modules it has imported: the words between tabs of its last line."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LEONARDO_"))}
    around |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    around |= {"QT_LOGGING_RULES": "qt.widgets.painting.info=true"}
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=around, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split("\t"))


def test_the_first_paint_waits_for_few_modules(at_the_first_paint: set[str]) -> None:
    modules = {name for name in at_the_first_paint if not name.startswith("read:")}
    own = {name for name in modules if name.startswith("kling_desktop.")}
    assert "kling_desktop.ui.composer.panel" in own
    assert len(own) <= OWN_MODULES, sorted(own)
    assert len(modules) <= ALL_MODULES, sorted(modules - own)


def test_the_first_paint_waits_for_no_heavy_library(at_the_first_paint: set[str]) -> None:
    packages = {name.split(".")[0] for name in at_the_first_paint if not name.startswith("read:")}
    assert not packages & TOO_HEAVY


def test_importing_reads_no_source(at_the_first_paint: set[str]) -> None:
    assert not [name for name in at_the_first_paint if name.startswith("read:") and "/kling_desktop/" in name]


@pytest.fixture(scope="module")
def at_the_first_paint(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return loaded(AT_THE_FIRST_PAINT, tmp_path_factory.mktemp("home"))


def test_connecting_loads_heavy_libraries_on_a_thread(tmp_path: Path) -> None:
    imported = loaded(ON_THE_UI_THREAD, tmp_path)
    assert "connected" in imported
    assert not imported & {*TOO_HEAVY, "kling_desktop.session"}


def test_check_loads_no_heavy_library(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps(BODY))
    seen = loaded(AT_THE_END_OF_CHECK, tmp_path, str(body))
    assert "kling_desktop.domain.request.rules" in seen
    assert not seen & {*TOO_HEAVY, "PySide6", "qasync", "asyncio", "psygnal"}
