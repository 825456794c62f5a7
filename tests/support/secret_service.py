"""A real Secret Service of a test's own: a D-Bus session with an unlocked GNOME Keyring, and nothing of the user's."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_START = """
printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 1
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat
"""


@contextmanager
def secret_service(home: Path) -> Iterator[Mapping[str, str]]:
    """The environment in which programs find it; home is theirs too. The keyring ends with its session."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home / "run"),
    }
    (home / "run").mkdir(parents=True, mode=0o700)
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as session:
        assert session.stdin
        assert session.stdout
        address = session.stdout.readline().strip()
        assert address, "the keyring didn't start"
        yield environment | {"DBUS_SESSION_BUS_ADDRESS": address}
        # The session lasts until its input ends, so also no longer than the tests.
        session.stdin.close()
