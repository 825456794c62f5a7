"""Reads what shared libraries need: other libraries, and versions of glibc."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+(?:\.\d+)+)")
_MAGIC = b"\x7fELF"


@dataclass(frozen=True, slots=True)
class ElfFile:
    """A program or library.

    Attributes:
        needs: The libraries that are loaded with it.
        glibc: The newest version of glibc that it names.
    """

    path: Path
    needs: frozenset[str]
    glibc: tuple[int, ...]


def read_folder(folder: Path) -> list[ElfFile]:
    """Read every program and library below a folder; links are followed once, by the file they lead to."""
    return [read(path) for path in sorted(folder.rglob("*")) if is_elf(path)]


def read(path: Path) -> ElfFile:
    text = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
    versions = [tuple(map(int, version.split("."))) for version in _GLIBC.findall(text)]
    return ElfFile(path, frozenset(_NEEDED.findall(text)), max(versions, default=()))


def is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == _MAGIC


def find_unused(folder: Path, elf_files: list[ElfFile]) -> list[Path]:
    """Return the libraries at the top of the bundle that nothing else loads, and the links to them.

    Python modules, plugins and programs lie elsewhere or have another suffix: those are loaded by name.
    """
    by_name: dict[str, set[str]] = {}
    for elf in elf_files:
        by_name.setdefault(elf.path.name, set()).update(elf.needs)
    libraries = {path.name for path in folder.glob("lib*.so*")}
    wanted, queue = set(), [name for name in by_name if name not in libraries]
    queue += [name for name in libraries if name.startswith("libpython")]
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue += by_name.get(name, ())
    return sorted(folder / name for name in libraries - wanted if name not in wanted)


def external_needs(elf_files: list[ElfFile], folder: Path) -> set[str]:
    """Return the libraries that the bundle expects of the system."""
    inside = {path.name for path in folder.rglob("*") if ".so" in path.name}
    return {name for elf in elf_files for name in elf.needs} - inside
