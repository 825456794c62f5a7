"""Runs the bundle where people are: in bare systems without Python, as a plain user, with things missing.

Makes each Debian release with debootstrap below out/package/roots, once. Needs root, debootstrap, Xvfb, openbox,
xdotool, dbus-daemon, gnome-keyring-daemon and secret-tool on this machine; the systems under test have none of them.
They share its network, so they reach its screen and its session bus.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread, Timer
from typing import TypeVar

from kling_desktop.system_libraries import LIBRARIES

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
ROOTS = ROOT / "out" / "package" / "roots"
SUITES = ("bookworm", "trixie", "bullseye")
"""Debian 12 and 13, and the oldest that debootstrap still gets: its glibc is older than the bundle's."""
TOO_OLD = frozenset({"bullseye"})
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
USER = 1000
DISPLAY = ":58"
PROGRAM = "/opt/kling/kling-desktop/kling-desktop"
PATIENCE = 90.0
_PAINTED = "Flushing top level"
_TELL = {"QT_LOGGING_RULES": "qt.widgets.painting.info=true"}
_BODY = '{"model": "kling-video-o-1", "parameters": {"prompt": "A cat", "duration": 5, "width": 1920, "height": 1080}}'


class SmokeFailure(Exception):
    """A check failed; its text says which."""


@dataclass
class System:
    """A root file system, and the environment of a plain user in it."""

    suite: str
    root: Path
    base: dict[str, str] = field(default_factory=dict)

    def install(self, *packages: str) -> None:
        """Install packages in it, as an administrator would."""
        command = [CHROOT, str(self.root), "apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        require(done.returncode == 0, f"apt-get install {' '.join(packages)}: {done.stderr[-500:]}")

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run the program to its end."""
        return subprocess.run(
            self.command(*arguments), env=self.base | environment, capture_output=True, text=True, timeout=PATIENCE
        )

    def open(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start the window."""
        return subprocess.Popen(
            self.command(*arguments), env=self.base | _TELL | environment, stderr=subprocess.PIPE, text=True
        )

    def command(self, *arguments: str) -> list[str]:
        user = f"--userspec={USER}:{USER}"
        return [CHROOT, user, str(self.root), PROGRAM, *arguments]

    @property
    def home(self) -> Path:
        return self.root / "home" / "somebody"

    def new_home(self) -> None:
        """Give the user an empty home."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        os.chown(self.home, USER, USER)


def main(arguments: list[str]) -> int:
    """Smoke-test an unpacked archive. Returns 1 if anything failed."""
    folder, suites = Path(arguments[0]), arguments[1:] or list(SUITES)
    failed = 0
    screen = ("Xvfb", DISPLAY, "-screen", "0", "1440x900x24", "-ac", "-nolisten", "unix", "-listen", "tcp")
    with running(*screen), running("openbox", DISPLAY=f"127.0.0.1{DISPLAY}"):
        for suite in suites:
            system = make_system(suite, folder)
            checks = CHECKS_TOO_OLD if suite in TOO_OLD else CHECKS
            for check in checks:
                name = (check.__doc__ or "").split(".")[0]
                system.new_home()
                began = time.monotonic()
                try:
                    check(system)
                    verdict = "ok"
                except (SmokeFailure, subprocess.TimeoutExpired) as failure:
                    failed += 1
                    verdict = f"FAILED: {failure}"
                sys.stdout.write(f"{suite:<9} {name:<62} {verdict} ({time.monotonic() - began:.0f} s)\n")
                sys.stdout.flush()
    sys.stdout.write(f"{failed} failed\n")
    return int(failed > 0)


def make_system(suite: str, folder: Path) -> System:
    """Make the root file system with the bundle in it; one that an earlier run has made is copied."""
    pristine, root = ROOTS / suite, ROOTS / f"{suite}-used"
    if not (pristine / "etc/debian_version").exists():
        ROOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["debootstrap", "--variant=minbase", suite, pristine], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", pristine, root], check=True)
    subprocess.run(["cp", "-a", folder, root / "opt/kling"], check=True)
    for name in ("python3", "python", "python3.11"):
        require(not (root / "usr/bin" / name).exists(), f"{suite} has {name}")
    for device, number in (("null", "3"), ("zero", "5"), ("urandom", "9")):
        if not (root / "dev" / device).exists():
            subprocess.run(["mknod", "-m", "666", root / "dev" / device, "c", "1", number], check=True)
    base = {"HOME": "/home/somebody", "PATH": "/usr/local/bin:/usr/bin:/bin", "USER": "somebody", "LANG": "C.UTF-8"}
    return System(suite, root, base)


# The checks, in order: each leaves more installed than it found.


def check_bare(system: System) -> None:
    """bare: one sentence names the packages; check and render work."""
    one_sentence(system.run(DISPLAY=f"127.0.0.1{DISPLAY}"), "apt install", "dnf install", "pacman -S", "libegl1")
    (system.home / "body.json").write_text(_BODY)
    done = system.run("check", "--json", "/home/somebody/body.json")
    require(done.returncode == 0, f"check: {done.stderr[-300:]}")
    done = system.run("render", "--sandbox", "--out", "/home/somebody/clips", "/home/somebody/body.json")
    require(done.returncode == 0, f"render: {done.stdout[-300:]}{done.stderr[-300:]}")
    [clip] = (system.home / "clips").glob("*.mp4")
    require(clip.stat().st_size > 10_000, "the clip is too small")


def check_foreign_clip(system: System) -> None:
    """a foreign clip and a broken one are read in the isolated decoder."""
    for file in (ROOT / "tests/media/data").glob("*.mp4"):
        shutil.copy(file, system.home / "foreign.mp4")
        break
    else:
        (system.home / "foreign.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(500))
    done = system.run("check", "--json", "/home/somebody/foreign.mp4")
    require(done.returncode in (1, 2), f"check of a foreign clip ended with {done.returncode}: {done.stderr[-300:]}")
    require("Traceback" not in done.stderr, done.stderr[-300:])


def check_without_egl(system: System) -> None:
    """without EGL: one sentence names its package."""
    system.install(*sorted({packages.apt for packages in LIBRARIES.values()} - {"libegl1", "libwayland-egl1"}))
    egl = next(iter((system.root / "usr/lib").rglob("libEGL.so.1")), None)
    if egl is not None:
        egl.unlink()
    one_sentence(system.run(DISPLAY=f"127.0.0.1{DISPLAY}"), "libEGL.so.1", "apt install libegl1")


def check_no_display(system: System) -> None:
    """no display, and one that can't be reached: one sentence."""
    system.install("--reinstall", "libegl1", *sorted({packages.apt for packages in LIBRARIES.values()}))
    one_sentence(system.run(), "no screen")
    one_sentence(system.run(DISPLAY=":4711"), "can't be reached")


def check_no_xcb_library(system: System) -> None:
    """without a library of X11: one sentence names its package."""
    [library] = (system.root / "usr/lib").rglob("libxkbcommon-x11.so.0.0.0")
    hidden = library.with_name("hidden")
    library.rename(hidden)
    try:
        done = system.run(DISPLAY=f"127.0.0.1{DISPLAY}")
    finally:
        hidden.rename(library)
    one_sentence(done, "apt install libxkbcommon-x11-0", "dnf install", "pacman -S")


def check_no_fonts(system: System) -> None:
    """opens with software GL, no D-Bus and no fonts."""
    painted(system, "--sandbox")


def check_buses(system: System) -> None:
    """opens with a dead and with a silent D-Bus."""
    painted(system, "--sandbox", DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind("\0kling-smoke-silent")
        silent.listen()
        painted(system, "--sandbox", DBUS_SESSION_BUS_ADDRESS="unix:abstract=kling-smoke-silent")


def check_foreign_qt(system: System) -> None:
    """opens with foreign Qt plug-ins, style and platform theme."""
    system.install("qt6-gtk-platformtheme" if system.suite == "trixie" else "qt6-qpa-plugins")
    plugins = next(iter((system.root / "usr/lib").rglob("qt6/plugins")))
    names = {"QT_PLUGIN_PATH": f"/{plugins.relative_to(system.root)}", "QT_STYLE_OVERRIDE": "kvantum"}
    painted(system, "--sandbox", **names, QT_QPA_PLATFORMTHEME="qt6ct")
    painted(system, "--sandbox", **names, QT_QPA_PLATFORMTHEME="gtk3")


def check_fonts(system: System) -> None:
    """opens with fonts but no emoji."""
    system.install("fonts-dejavu-core")
    painted(system, "--sandbox")


def check_tour(system: System) -> None:
    """sandbox by keyboard: a clip, its notification, a second start, a clean end."""
    with session_bus() as address, notifications(address) as heard:
        child = painted_child(system, "--sandbox", DBUS_SESSION_BUS_ADDRESS=address)
        window = until(lambda: find_window("Kling Desktop"), "the window")
        time.sleep(4)  # until it is connected
        xdo("windowfocus", window)
        xdo("type", "--delay", "20", "A fox runs through fresh snow")
        xdo("key", "ctrl+Return")
        xdo("windowminimize", window)
        until(lambda: list(system.home.rglob("Sandbox/*.mp4")), "the clip")
        until(lambda: any('string "A clip is done"' in line for line in heard), "the notification")
        again = system.run("--sandbox", DISPLAY=f"127.0.0.1{DISPLAY}", DBUS_SESSION_BUS_ADDRESS=address)
        require(again.returncode == 0 and "already open" in again.stderr, f"second start: {again.stderr[-300:]}")
        children = subprocess.run(["pgrep", "-P", str(child.pid), "-a"], capture_output=True, text=True).stdout
        require("kling_desktop.sandbox" in children, f"the sandbox isn't the bundle's own child: {children}")
        end(child)


def check_keyring(system: System) -> None:
    """first run: a key goes to the keyring and is found again."""
    with session_bus(with_keyring=True) as address:
        child = painted_child(system, DBUS_SESSION_BUS_ADDRESS=address)
        window = until(lambda: find_window("Welcome"), "the welcome")
        xdo("windowfocus", window)
        xdo("type", "--delay", "10", "01234567-89ab-cdef-0123-456789abcdef")
        xdo("key", "Return")
        until(lambda: stored_key(address) or retry(window), "the key in the keyring", pause=3)
        end(child)


CHECKS = (
    check_bare,
    check_foreign_clip,
    check_without_egl,
    check_no_display,
    check_no_xcb_library,
    check_no_fonts,
    check_buses,
    check_foreign_qt,
    check_fonts,
    check_tour,
    check_keyring,
)


def check_too_old(system: System) -> None:
    """glibc is too old: one sentence."""
    for arguments in ((), ("--version",)):
        one_sentence(system.run(*arguments), "glibc", "or newer")


CHECKS_TOO_OLD = (check_too_old,)


# What the checks are made of.


def require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise SmokeFailure(otherwise)


def one_sentence(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """The program has ended with 1 and one line that contains the words."""
    require(done.returncode == 1, f"ended with {done.returncode}: {done.stderr[-400:]}")
    require(len(done.stderr.splitlines()) == 1, f"more than one line: {done.stderr[-600:]}")
    require(all(word in done.stderr for word in words), f"lacks one of {words}: {done.stderr}")


def painted(system: System, *arguments: str, **environment: str) -> None:
    """The window opens, and ends well when it is told to."""
    end(painted_child(system, *arguments, **environment))


def painted_child(system: System, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    child = system.open(*arguments, **{"DISPLAY": f"127.0.0.1{DISPLAY}", **environment})
    lines: list[str] = []
    timer = Timer(PATIENCE, child.kill)
    timer.start()
    assert child.stderr is not None
    for line in child.stderr:
        if _PAINTED in line:
            timer.cancel()
            Thread(target=child.stderr.read, daemon=True).start()
            return child
        lines.append(line)
    timer.cancel()
    raise SmokeFailure(f"no window, ended with {child.wait()}: {''.join(lines)[-600:]}")


def end(child: "subprocess.Popen[str]") -> None:
    time.sleep(2)  # a window that dies soon after its first picture is no window
    require(child.poll() is None, f"ended by itself with {child.returncode}")
    child.send_signal(signal.SIGTERM)
    try:
        code = child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()
        raise SmokeFailure("doesn't end when it is told to") from None
    require(code == 0, f"ended with {code}")


@contextmanager
def running(*command: str, **environment: str) -> "Iterator[subprocess.Popen[str]]":
    child = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        time.sleep(1)
        yield child
    finally:
        child.terminate()
        child.wait()


@contextmanager
def session_bus(*, with_keyring: bool = False) -> Iterator[str]:
    """A session bus of the plain user, and its address."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.chown(home, USER, USER)
        user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        address = f"unix:abstract=kling-smoke-{os.getpid()}-{time.monotonic_ns()}"
        around = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "DBUS_SESSION_BUS_ADDRESS": address}
        stack.enter_context(
            running(*user, "dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}", **around)
        )
        if with_keyring:
            keyring = subprocess.Popen(
                [*user, "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
                env=os.environ | around,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            stack.callback(keyring.terminate)
            assert keyring.stdin is not None
            keyring.stdin.write("pass")
            keyring.stdin.close()
            time.sleep(2)
        yield address


@contextmanager
def notifications(address: str) -> Iterator[list[str]]:
    """The lines that dbus-monitor prints about notifications."""
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    rule = "interface='org.freedesktop.Notifications'"
    with running(*user, "dbus-monitor", "--session", rule, DBUS_SESSION_BUS_ADDRESS=address) as monitor:
        heard: list[str] = []
        assert monitor.stdout is not None
        lines = monitor.stdout
        Thread(target=lambda: heard.extend(lines), daemon=True).start()
        yield heard


def stored_key(address: str) -> str:
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    command = [*user, "secret-tool", "search", "--all", "service", "kling-desktop"]
    environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": address}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return "yes" if "01234567-89ab" in done.stdout else ""


def retry(window: str) -> str:
    """The key can't be checked without a network: the same button then saves it all the same."""
    xdo("windowfocus", window)
    xdo("key", "Return")
    return ""


def find_window(title: str) -> str:
    found = xdo("search", "--onlyvisible", "--name", title).split()
    return found[-1] if found else ""


def xdo(*arguments: str) -> str:
    environment: Mapping[str, str] = os.environ | {"DISPLAY": f"127.0.0.1{DISPLAY}"}
    return subprocess.run(["xdotool", *arguments], env=environment, capture_output=True, text=True).stdout


def until(get: Callable[[], T], what: str, pause: float = 0.5) -> T:
    """Wait for something true."""
    stop = time.monotonic() + PATIENCE
    while time.monotonic() < stop:
        if found := get():
            return found
        time.sleep(pause)
    raise SmokeFailure(f"{what} never came")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
