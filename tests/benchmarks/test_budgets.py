"""What keeps the start quick can be counted, on a busy machine too; times are for `dev.py bench`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BODY = {"model": "kling-video-o-1", "parameters": {"prompt": "A cat", "duration": 5, "width": 1920, "height": 1080}}

AT_THE_FIRST_PAINT = """
import os, sys
from PySide6.QtCore import QEvent, QObject
from kling_desktop.app.desktop import Desktop
from kling_desktop.main import run

class Eye(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(*sys.modules, flush=True)
            os._exit(0)
        return False

eye = Eye()

def compose(theme, folders):
    desktop = Desktop(theme, folders, sandbox=True)
    desktop.window.installEventFilter(eye)
    return desktop

run(compose)
"""
ON_THE_WINDOW_S_THREAD = """
import asyncio, os, sys, threading
from kling_desktop.app.desktop import Desktop
from kling_desktop.main import run

found = []

class Finder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread():
            found.append(name)
        return None

def compose(theme, folders):
    desktop = Desktop(theme, folders, sandbox=True)
    sys.meta_path.insert(0, Finder())

    async def tell():
        while desktop.composer.obstacle:
            await asyncio.sleep(0.05)
        print("connected", *found, flush=True)
        os._exit(0)

    desktop.telling = asyncio.get_event_loop().create_task(tell())
    return desktop

run(compose)
"""
AT_THE_END_OF_CHECK = """
import sys
from kling_desktop.commands import main
code = main(["check", sys.argv[1]])
print(*sys.modules)
sys.exit(code)
"""


def loaded(program: str, home: Path, *arguments: str) -> set[str]:
    """The packages that a program of its own has imported when it prints them, its last line."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LEONARDO_"))}
    around |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=around, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("heavy", ["httpx", "av", "PIL", "keyring", "cattrs", "sqlite3", "truststore"])
def test_the_first_paint_does_not_wait_for(heavy: str, imported_at_the_first_paint: set[str]) -> None:
    assert "kling_desktop.ui.composer.panel" in imported_at_the_first_paint
    assert heavy not in imported_at_the_first_paint


@pytest.fixture(scope="module")
def imported_at_the_first_paint(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return loaded(AT_THE_FIRST_PAINT, tmp_path_factory.mktemp("home"))


def test_connecting_loads_what_is_heavy_on_a_thread_and_the_window_answers_meanwhile(tmp_path: Path) -> None:
    imported = loaded(ON_THE_WINDOW_S_THREAD, tmp_path)
    assert "connected" in imported
    assert not imported & {"httpx", "av", "PIL", "cattrs", "sqlite3", "truststore", "kling_desktop.session"}


def test_check_answers_without_what_it_does_not_need(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps(BODY))
    seen = loaded(AT_THE_END_OF_CHECK, tmp_path, str(body))
    assert "kling_desktop.domain.rules" in seen
    assert not seen & {"PySide6", "qasync", "asyncio", "httpx", "av", "PIL", "keyring", "cattrs", "psygnal", "sqlite3"}
