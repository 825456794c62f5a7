"""The API key: asked for, tried, kept in the system's keyring, and seen nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kling_desktop.sandbox_process import SandboxProcess
from kling_desktop.ui.settings.key_dialog import KeyDialog
from tests.journeys.conftest import OpenApp, Start
from tests.journeys.ui_driver import wait_until
from tests.support.secret_service import secret_service

KEY = "c0ffee00-0000-4000-8000-canary000003".replace("canary", "ca7a55")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """Stands for Leonardo: its base."""
    far_side = SandboxProcess(tmp_path / "far side", ("--speed", "20"))
    yield far_side.base
    far_side.close()


@pytest.fixture
def refusing_service(tmp_path: Path) -> Iterator[str]:
    """One that knows no key."""
    far_side = SandboxProcess(tmp_path / "far side", ("--fault", "unauthorized=1"))
    yield far_side.base
    far_side.close()


def test_an_entered_key_survives_a_crash_and_is_only_in_the_keyring(start: Start, service: str, tmp_path: Path) -> None:
    with secret_service(tmp_path / "keyring's home") as surroundings:
        bus = {"DBUS_SESSION_BUS_ADDRESS": surroundings["DBUS_SESSION_BUS_ADDRESS"]}
        app = start("give_key", "--leonardo", service, surroundings=bus)
        app.hears(KEY)
        assert app.says() == "The key is stored in this computer's keyring."
        assert app.says() == "account"
        assert not any(KEY in line for line in command_lines())
        app.kill()
        again = start("say_account", "--leonardo", service, surroundings=bus)
        assert again.says() == "account"
        again.kill()
    assert not holding_the_key(tmp_path)


def test_without_a_keyring_the_key_is_kept_for_the_session_with_a_notice(
    start: Start, service: str, tmp_path: Path
) -> None:
    app = start("give_key", "--leonardo", service)
    app.hears(KEY)
    assert "for this session only" in app.says()
    assert app.says() == "account"
    app.kill()
    assert not holding_the_key(tmp_path)


def test_a_key_from_the_environment_is_used_and_not_stored(start: Start, service: str, tmp_path: Path) -> None:
    app = start("say_account", "--leonardo", service, surroundings={"LEONARDO_API_KEY": KEY})
    assert app.says() == "account"
    app.kill()
    assert not holding_the_key(tmp_path)


async def test_a_variable_without_a_key_is_explained_and_no_other_key_takes_its_place(open_app: OpenApp) -> None:
    problem = "LEONARDO_API_KEY doesn't hold a Leonardo.AI API key, so nothing was sent."
    async with open_app(by_the_welcome=True, key_problem=problem) as app:
        await wait_until(lambda: app.message == problem, "The problem")
        assert app.application.composer.send_blocker == "Add your API key first"
        assert not app.find_all(KeyDialog)


def test_invalid_and_wrong_keys_are_explained_and_the_sandbox_is_offered(start: Start, refusing_service: str) -> None:
    app = start("try_keys", "--leonardo", refusing_service)
    app.hears("hello")
    assert "isn't a Leonardo.AI API key" in app.says()
    app.hears(KEY)
    assert "key" in (said := app.says())
    assert KEY not in said
    assert app.says() == "account"
    assert app.ended() == (0, "")


def command_lines() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_bytes().decode(errors="replace"))
        except OSError:  # it has ended meanwhile
            continue
    return found


def holding_the_key(folder: Path) -> list[Path]:
    written = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in written if KEY.encode() in path.read_bytes()]
