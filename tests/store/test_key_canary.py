"""An API key is in none of the files that the app writes."""

import base64
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from kling_desktop.domain.jobs.job_states import Refused
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.secret import Secret
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.store.database import open_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.settings import Settings, SettingsFile
from tests.store.sample_jobs import a_job

KEY = "c0ffee00-0000-4000-8000-canary000001"


class ChattyKeyring(KeyringBackend):
    """Fails, with what it was given in the error."""

    priority: float = 5

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append((service, username))
        raise OSError(KEY)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.asked.append((service, username))
        raise OSError(password)


def files_with(text: str, folder: Path) -> list[Path]:
    """The files that contain the text, plain or in one of the usual encodings."""
    forms = [text.encode(), text.encode("utf-16-le"), base64.b64encode(text.encode()), text.encode().hex().encode()]
    return [path for path in folder.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)]


@pytest.fixture
def everything_logged(tmp_path: Path) -> Iterator[None]:
    handler = logging.FileHandler(tmp_path / "all.log", encoding="utf-8")
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    root.removeHandler(handler)
    handler.close()


def test_the_search_finds_a_key_that_was_written(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"\0" + KEY.encode("utf-16-le"))
    assert files_with(KEY, tmp_path) == [tmp_path / "leak"]


def test_the_key_is_in_no_file_that_the_store_writes(tmp_path: Path, everything_logged: None) -> None:
    folders = Folders.under(tmp_path)
    folders.ensure()
    keyring = ChattyKeyring()
    keychain = Keychain(keyring)
    key = Secret(KEY)
    assert not keychain.store("studio", key)
    assert not keychain.delete("home")
    assert keyring.asked == [("kling-desktop", name) for name in ("studio", "home")]
    logging.getLogger("kling_desktop").debug("The key %s %r, and why not: %s", key, [key], keychain.storage_problem())
    owner = ProcessLock(folders.process_locks)
    with closing(open_database(folders.database)) as connection:
        store = JobStore(connection)
        store.add(a_job(), owner.name)
        store.save(a_job(state=Refused(f"The key {key} was refused.", vendor_message=f"{keychain.read('studio')}")))
        SettingsFile(folders.settings).write(Settings(clips_folder="/clips"))
        DraftFile(folders.drafts / "last.json").save(Draft(prompt=f"{key}"))
        assert DraftFile(folders.drafts / "last.json").save(Draft(extra={"key": key})) == ("key",)
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) >= 6
        assert files_with(KEY, tmp_path) == []
    owner.close()
    assert files_with(KEY, tmp_path) == []
