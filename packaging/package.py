"""`dev.py package`: makes what users install on this system, checks it, and prints its figures."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import icons
import start_time
from bundle import build

from kling_desktop.identity import APP_ID

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out" / "package"
FILES = ROOT / "dist"
HELP = """\
python3 packaging/dev.py package [PART…]

Parts, all by default, in this order:
  bundle   freeze the app into out/package/dist
  linux    the .deb and the .tar.xz with install.sh, in dist/
  wheel    the wheel and the source archive, in dist/, and the tour from the wheel
  start    compare the bundle's start with that from source
  smoke    run the bundle in bare systems (root only): see packaging/smoke.py
"""


def main(parts: list[str]) -> int:
    """Make the parts that are named. Returns the exit code."""
    known = {"bundle": bundle, "linux": linux, "wheel": wheel, "start": start, "smoke": smoke}
    if any(part not in known for part in parts):
        sys.stdout.write(HELP)
        return 0 if "--help" in parts else 2
    FILES.mkdir(exist_ok=True)
    for name in parts or ["bundle", "linux", "wheel", "start"]:
        if code := known[name]():
            return code
    write_checksums()
    return 0


def bundle() -> int:
    build.clear(OUT)
    icons.main(OUT / "icons")
    folder = build.freeze(OUT)
    if sys.platform == "linux":
        made = build.finish_linux(folder, OUT)
        (OUT / "glibc.txt").write_text(made.glibc, encoding="utf-8")
        (OUT / "needs.txt").write_text("\n".join(sorted(made.needs)), encoding="utf-8")
        report(f"bundle: {build.size_of(folder) / 1e6:.0f} MB, from glibc {made.glibc} on")
    return 0


def linux() -> int:
    from linux import archives

    needs = frozenset((OUT / "needs.txt").read_text(encoding="utf-8").split())
    made = build.Bundle(OUT / "dist/kling-desktop", (OUT / "glibc.txt").read_text(encoding="utf-8"), needs)
    validate()
    code = 0
    for file in (archives.make_archive(made, OUT), archives.make_deb(made, OUT)):
        size = file.stat().st_size
        report(f"{file.name}: {size / 1e6:.1f} MB of {archives.LARGEST / 1e6:.0f} MB")
        code |= int(size > archives.LARGEST)
        shutil.move(file, FILES / file.name)
    return code


def validate() -> None:
    """Stop if the desktop entry or the metainfo isn't clean."""
    folder = ROOT / "packaging" / "linux"
    for command in (
        ["desktop-file-validate", "--no-hints", str(folder / f"{APP_ID}.desktop")],
        ["appstreamcli", "validate", "--no-net", str(folder / f"{APP_ID}.metainfo.xml")],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def wheel() -> int:
    """Make the wheel, install it where no source is, and take the tour with it."""
    for old in FILES.glob("*.whl"):
        old.unlink()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    OUT.mkdir(parents=True, exist_ok=True)
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", FILES, ROOT], check=True, cwd=OUT)
    [made] = FILES.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        report(f"{made.name}: {made.stat().st_size / 1e6:.1f} MB, {len(archive.namelist())} files")
    home = OUT / "wheel"
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run([*pip, "install", "--no-deps", "--target", home / "installed", made], check=True)
    # The tests stand beside no source here, so what they drive is the wheel's.
    shutil.copytree(ROOT / "tests", home / "tests", ignore=shutil.ignore_patterns("__pycache__", "databases", "golden"))
    environment = dict(os.environ, PYTHONPATH=str(home / "installed"), QT_QPA_PLATFORM="offscreen")
    environment |= {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    environment.pop("LEONARDO_API_KEY", None)
    tour = [sys.executable, str(home / "tests/journeys/tour.py")]
    done = subprocess.run(tour, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    report(f"tour from the wheel: {'done' if done.returncode == 0 else 'failed'}")
    if done.returncode:
        sys.stdout.write(done.stdout)
    return done.returncode


def start() -> int:
    return start_time.main([str(OUT / "dist/kling-desktop/kling-desktop")])


def smoke() -> int:
    import smoke as smoke_test

    [archive] = FILES.glob("*-linux-*.tar.xz")
    with tarfile.open(archive) as packed:
        packed.extractall(OUT / "unpacked", filter="data")
    return smoke_test.main([str(next((OUT / "unpacked").iterdir()))])


def write_checksums() -> None:
    files = [file for file in sorted(FILES.iterdir()) if file.is_file() and file.name != "SHA256SUMS"]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (FILES / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def report(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
