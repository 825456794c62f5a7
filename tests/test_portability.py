"""What would break on a system that this one isn't: read from the source, since it can't be run here."""

import ast
import os
import plistlib
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bundle import contents, launcher, notices
from release_notes import notes_of

from kling_desktop.file_sync import sync_file
from kling_desktop.identity import APP_ID, COMMAND, HOME_PAGE, NAME
from kling_desktop.ui.qt.key_name import native_keys, native_shortcut

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kling_desktop"
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
SHIPPED = ("kling_desktop", "resources", "packaging", "tests", ".github")
ONLY_UNIX = frozenset(
    {"fcntl", "grp", "pwd", "resource", "termios", "pty", "tty", "syslog", "jeepney", "secretstorage"}
)
ONLY_WINDOWS = frozenset({"msvcrt", "winreg", "_winapi"})
ONLY_UNIX_CALLS = frozenset({"fork", "getuid", "geteuid", "getgid", "killpg", "mkfifo", "setsid", "uname"})
ON_LINUX_ALONE = frozenset({"session_bus.py", "web_browser.py"})
"""Modules that are imported everywhere and called on Linux alone."""


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_needs_one_system_to_be_imported() -> None:
    found = []
    for path, tree in modules():
        for node in tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in ONLY_UNIX | ONLY_WINDOWS]
    assert found == []


def test_no_call_exists_on_unix_alone() -> None:
    found = [
        f"{path.name}:{node.lineno} os.{node.attr}"
        for path, tree in modules()
        if path.name not in ON_LINUX_ALONE
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ONLY_UNIX_CALLS
    ]
    assert found == []


def test_no_child_opens_a_console() -> None:
    found = []
    for path, tree in modules():
        if path.name in ON_LINUX_ALONE:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("subprocess.Popen", "subprocess.run"):
                names = {keyword.arg for keyword in node.keywords}
                found += [] if "creationflags" in names else [f"{path.name}:{node.lineno}"]
    assert found == []


def test_files_reach_the_disk_by_one_function() -> None:
    # On a Mac fsync leaves them in the drive's cache.
    found = [
        path.name
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "os.fsync"
    ]
    assert set(found) == {"file_sync.py"}


def test_a_file_is_flushed_to_the_drive(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(b"x")
        file.flush()
        sync_file(file.fileno())


def test_the_command_line_runs_without_streams() -> None:
    # So does Windows start a program without a console.
    program = "import sys; sys.stdout = sys.stderr = None; sys.argv[1:] = ['check', 'nowhere.json']\n"
    program += "from kling_desktop.__main__ import run; raise SystemExit(run())"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 2


def test_file_names_are_legal_everywhere() -> None:
    names = [
        path.relative_to(ROOT) for top in SHIPPED for path in (ROOT / top).rglob("*") if "__pycache__" not in path.parts
    ]
    names += [path.relative_to(ROOT) for path in ROOT.iterdir()]
    bad = re.compile(r'[<>:"\\|?*\x00-\x1f]|[ .]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
    assert [str(name) for name in names if any(bad.search(part) for part in name.parts)] == []
    assert [str(name) for name in names if len(str(name)) > 160] == []
    folded = Counter(str(name).casefold() for name in names)
    assert [name for name, count in folded.items() if count > 1] == []


def test_shortcuts_are_written_as_the_system_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert native_shortcut("Ctrl+Shift+Z") == "Ctrl+Shift+Z"
    assert native_keys("Ctrl++") == ("Ctrl", "+")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert native_shortcut("Ctrl+Shift+Z") == "⌘⇧Z"


# Every system asks for the app's name and ID in a file of its own.


def test_the_linux_files_agree_with_the_app() -> None:
    entry = (LINUX / f"{APP_ID}.desktop").read_text(encoding="utf-8")
    for line in (f"Name={NAME}", f"Icon={APP_ID}", f"StartupWMClass={APP_ID}", f"TryExec={COMMAND}"):
        assert f"{line}\n" in entry
    assert f"x-scheme-handler/{COMMAND};" in entry
    info = ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").getroot()
    assert info.findtext("id") == APP_ID
    assert info.findtext("launchable") == f"{APP_ID}.desktop"
    assert info.findtext("url[@type='homepage']") == HOME_PAGE
    types = ElementTree.parse(LINUX / f"{APP_ID}.xml").getroot()
    declared = {str(one.get("type")) for one in types}
    assert declared == {media.text for media in info.iter("mediatype")}
    assert declared <= set(re.search(r"MimeType=(.*)", entry)[1].split(";"))  # type: ignore[index]


def test_the_metainfo_and_the_changelog_name_the_same_releases() -> None:
    info = ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").getroot()
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d\S*) \((\S+)\)", changelog, re.MULTILINE)
    assert [(one.get("version"), one.get("date")) for one in info.iter("release")] == released
    assert notes_of(changelog, released[0][0]).strip()
    with pytest.raises(LookupError):
        notes_of(changelog, "99.0")


def test_the_mac_files_agree_with_the_app() -> None:
    info = plistlib.loads((PACKAGING / "macos/Info.plist").read_bytes())
    assert info["CFBundleName"] == NAME
    [scheme] = info["CFBundleURLTypes"]
    assert (scheme["CFBundleURLName"], scheme["CFBundleURLSchemes"]) == (APP_ID, [COMMAND])
    exported = {one["UTTypeIdentifier"] for one in info["UTExportedTypeDeclarations"]}
    used = {name for one in info["CFBundleDocumentTypes"] for name in one["LSItemContentTypes"]}
    assert all(name.startswith(f"{APP_ID}.") for name in exported)
    assert exported == {name for name in used if not name.startswith("public.")}
    assert plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())


def test_the_windows_installer_agrees_with_the_app() -> None:
    script = (PACKAGING / "windows/kling-desktop.iss").read_text(encoding="utf-8")
    for line in (f'#define AppName "{NAME}"', f'#define AppId "{APP_ID}"', f"AppPublisherURL={HOME_PAGE}"):
        assert line in script
    assert f"Software\\Classes\\{COMMAND}\\shell\\open\\command" in script


def test_the_wheel_names_its_home_and_shows_its_picture() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["urls"].values()) >= {HOME_PAGE}
    assert project["scripts"].keys() == {COMMAND}
    assert project["gui-scripts"].keys() == {f"{COMMAND}-window"}
    # A package's page has no files beside it.
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert pictures
    assert [picture for picture in pictures if not picture.startswith("https://")] == []


# The bundle.


def test_children_of_the_bundle_are_the_apps_own_modules() -> None:
    started = {
        node.elts[2].value
        for _path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.List) and len(node.elts) > 2 and ast.unparse(node.elts[0]) == "sys.executable"
        if isinstance(node.elts[2], ast.Constant)
    }
    assert started == set(launcher.CHILDREN)


def test_the_bundle_gives_back_the_users_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/kling", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/kling")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/home/me/lib")
    monkeypatch.setenv("_PYI_ARCHIVE_FILE", "/opt/kling/kling-desktop")
    launcher.restore_environment()
    environment = os.environ
    assert environment["LD_LIBRARY_PATH"] == "/home/me/lib"
    launcher.restore_environment()
    assert not [name for name in environment if name.startswith("_PYI_") or name.endswith("_ORIG")]


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("libQt6Core.so.6", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/sqldrivers/libqsqlite.so", False),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6\\\\plugins\\\\platforms\\\\qwindows.dll", True),
        ("libgtk-3.so.0", False),
        ("libEGL.so.1", False),
        ("libstdc++.so.6", False),
        ("libxcb-cursor.so.0", True),
        ("libssl.so.3", True),
    ],
)
def test_the_bundle_holds_what_the_app_uses(name: str, needed: bool) -> None:
    assert contents.is_needed(name) is needed


def test_every_licence_that_a_component_names_is_there() -> None:
    named = {component.licence for component in notices.read_components()} | {notices.BUNDLE_LICENCE}
    assert named == {path.stem for path in notices.LICENCES.glob("*.txt")}
