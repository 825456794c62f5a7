"""Freezes the app with PyInstaller, takes out what isn't needed, and checks what is left."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bundle import elf
from bundle.notices import find_uncovered, read_components, write_notices
from kling_desktop import __version__
from kling_desktop.identity import HOME_PAGE

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "packaging" / "bundle" / "kling-desktop.spec"
_TOP_LEVEL = re.compile(r"^ *\('([A-Za-z_]\w*)", re.MULTILINE)
_HAS_SYMBOLS = re.compile(r"libpython|/_internal/(av|PIL|python3\.\d+|cryptography)/|/_internal/_\w+\.cpython")
"""Modules that come with symbols for debuggers: an eighth of the bundle."""
_FORBIDDEN = re.compile(r"(^|/)lib(gtk|gdk|GL|EGL|c|m|stdc\+\+)[-.]|libqgtk3|/test_")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle.

    Attributes:
        folder: Where it lies.
        glibc: The oldest glibc that all of it works with, such as "2.35".
        needs: The libraries that the system must have.
    """

    folder: Path
    glibc: str
    needs: frozenset[str]


def freeze(out: Path) -> Path:
    """Run PyInstaller, and return the bundle's folder."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(out / "dist"), "--workpath", str(out / "build"), str(SPEC)]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit("PyInstaller failed (see above).")
    return out / "dist" / "kling-desktop"


def finish_linux(folder: Path, out: Path) -> Bundle:
    """Move the program below the script that checks glibc, drop unused libraries, and add the licences."""
    internal = folder / "_internal"
    for unused in elf.find_unused(internal, elf.read_folder(folder)):
        unused.unlink()
    for file in (*internal.glob("libpython*.so*"), *internal.rglob("*.so")):
        if file.is_file() and not file.is_symlink() and _HAS_SYMBOLS.search(str(file)):
            subprocess.run(["strip", "--strip-unneeded", file], check=True)
    elf_files = elf.read_folder(folder)
    glibc = ".".join(map(str, max(one.glibc for one in elf_files)))
    (folder / "bin").mkdir()
    (folder / "kling-desktop").rename(folder / "bin" / "kling-desktop")
    (internal).rename(folder / "bin" / "_internal")
    script = (ROOT / "packaging/linux/launch.sh").read_text(encoding="utf-8").replace("@GLIBC@", glibc)
    launcher = folder / "kling-desktop"
    launcher.write_text(script, encoding="utf-8")
    launcher.chmod(0o755)
    write_notices(folder, top_level_modules(out), __version__, HOME_PAGE)
    check(folder)
    return Bundle(folder, glibc, frozenset(elf.external_needs(elf_files, folder)))


def top_level_modules(out: Path) -> set[str]:
    """The top-level names of the Python modules in the bundle, as PyInstaller has listed them."""
    listed = "".join(file.read_text(encoding="utf-8") for file in (out / "build/kling-desktop").glob("*-00.toc"))
    names = set(_TOP_LEVEL.findall(listed))
    # Packages of compiled modules alone are listed as files.
    return names | {name.split("/")[0] for name in re.findall(r"\('([\w]+/[^']+)'", listed)}


def check(folder: Path) -> None:
    """Stop if the bundle contains what must be the system's own, or what has no licence notice."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    if wrong := [name for name in names if _FORBIDDEN.search(name)]:
        sys.exit(f"These don't belong into the bundle: {', '.join(wrong[:10])}.")
    if missing := find_uncovered(folder, read_components()):
        sys.exit(f"packaging/bundle/components.toml lacks the licence of: {', '.join(missing)}.")


def size_of(folder: Path) -> int:
    """Bytes on disk, without links."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def clear(out: Path) -> None:
    """Remove what an earlier build left, but not the bare systems of the smoke test."""
    for name in ("build", "dist", "icons"):
        shutil.rmtree(out / name, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
