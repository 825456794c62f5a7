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
ON_THE_WINDOW_S_THREAD = """
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


SEEN = ("composer", "finding", "library", "presets", "queue", "spending", "theme", "viewer", "widgets")
"""Folders of `ui` of which the first paint needs some; what it doesn't need of them is named below."""
UNSEEN = """
    library.card_menu library.quick_look presets.list_sheet presets.model presets.rows presets.save_sheet
    spending.cap_dialog spending.dialog spending.money_settings viewer.compare viewer.opinion viewer.viewer
"""
NEEDED = """
    app commands environment main

    app.desktop app.front app.preferences app.form app.form.fetching app.form.form_keeping app.form.form_shown
    app.form.looking_up app.form.recents_keeping app.form.uploading app.jobs app.jobs.ends_noted
    app.jobs.jobs_shown app.jobs.money_shown app.jobs.queue_shown

    domain domain.also_sent domain.blanks domain.caps domain.clip domain.draft domain.edits domain.ends
    domain.errors domain.filters domain.fit domain.form domain.history domain.ids domain.job domain.kindred
    domain.learning domain.lineage domain.mentions domain.model domain.money domain.moves domain.next_request
    domain.query domain.recents domain.refusals domain.rules domain.saved_search domain.secret domain.snippets
    domain.states domain.tags domain.upload domain.usual domain.ways domain.words

    media media.errors media.picture store store.atomic store.codec store.drafts store.folders store.recents
    store.settings work work.composer work.ordered

    ui ui.below ui.bind ui.form_menu ui.from_threads ui.middle ui.handing ui.handing.deeds ui.handing.works
    ui.icons ui.layout ui.one_window ui.pane_switch ui.panes ui.pyside ui.resources ui.status_line ui.tasks
    ui.top_bar ui.undo_key ui.window
"""
"""Beside those. To load another one at the start costs every start a quarter of a millisecond and more; app/front.py is
where such imports begin, and app/desks.py is where what can wait belongs.
"""
OTHERS = {"PySide6", "shiboken6", "shibokensupport", "signature_bootstrap", "__feature__", "qasync", "psygnal"}
OTHERS |= {"mypy_extensions", "filelock", "platformdirs", "kling_desktop", "__main__", "_distutils_hack"}
"""What isn't Python's own."""


def loaded(program: str, home: Path, *arguments: str) -> set[str]:
    """The words between tabs of the last line that a program of its own prints: the modules it has imported."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LEONARDO_"))}
    around |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    around |= {"QT_LOGGING_RULES": "qt.widgets.painting.info=true"}
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=around, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split("\t"))


def test_the_first_paint_waits_for_no_module_that_can_come_later(at_the_first_paint: set[str]) -> None:
    own = {name.removeprefix("kling_desktop.") for name in at_the_first_paint if name.startswith("kling_desktop.")}
    assert "ui.composer.panel" in own
    seen = {name for name in own if name.startswith(tuple(f"ui.{folder}" for folder in SEEN))}
    too_many = (own - seen - set(NEEDED.split())) | (seen & {f"ui.{name}" for name in UNSEEN.split()})
    assert not too_many, f"not needed for the first paint: {sorted(too_many)}"


def test_the_first_paint_waits_for_few_of_the_libraries(at_the_first_paint: set[str]) -> None:
    packages = {name.split(".")[0] for name in at_the_first_paint if not name.startswith("read:")}
    libraries = {name for name in packages - set(sys.stdlib_module_names) if not name.endswith("__mypyc")}
    too_many = (libraries - OTHERS) | (packages & {"sqlite3", "uuid"})
    assert not too_many, f"not needed for the first paint: {sorted(too_many)}"


def test_importing_reads_no_source(at_the_first_paint: set[str]) -> None:
    assert not [name for name in at_the_first_paint if name.startswith("read:") and "/kling_desktop/" in name]


@pytest.fixture(scope="module")
def at_the_first_paint(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return loaded(AT_THE_FIRST_PAINT, tmp_path_factory.mktemp("home"))


def test_connecting_loads_what_is_heavy_on_a_thread_and_the_window_answers_meanwhile(tmp_path: Path) -> None:
    imported = loaded(ON_THE_WINDOW_S_THREAD, tmp_path)
    assert "connected" in imported
    assert not imported & {"httpx", "av", "PIL", "cattrs", "sqlite3", "truststore", "kling_desktop.session"}


def test_check_answers_without_what_it_does_not_need(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps(BODY))
    seen = loaded(AT_THE_END_OF_CHECK, tmp_path, str(body))
    assert "kling_desktop.domain.request.rules" in seen
    assert not seen & {"PySide6", "qasync", "asyncio", "httpx", "av", "PIL", "keyring", "cattrs", "psygnal", "sqlite3"}
