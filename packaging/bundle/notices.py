"""The licence notices and the offer of source code that go with the bundle."""

import re
import shutil
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent
LICENCES = PACKAGING / "licences"
BUNDLE_LICENCE = "GPL-3.0-or-later"
_LIBRARY = re.compile(r"^(?:lib)?(?P<name>.+?)\.(?:so|dylib|dll|pyd)\b")
_HEAD = """\
Kling Desktop {version}: licences

Kling Desktop itself is under the MIT licence, below. This bundle contains FFmpeg with x264 and x265, which are under
the GNU General Public License, so the bundle as a whole may be distributed under the GPL, version 3 or later.
You may replace Qt and every other library in the folder “_internal” with your own builds.

SOURCE CODE
The complete source code of every component is published at the addresses below, in the versions named. For three
years from the day you received this bundle, the authors of Kling Desktop will also give anyone who asks a copy of the
source code of all components under the GPL and the LGPL, and of the scripts that build them, on a medium that is
usual for software, for no more than the cost of doing so. Ask at {home}/issues.
"""


@dataclass(frozen=True, slots=True)
class Component:
    """A component that isn't a Python package."""

    name: str
    files: tuple[str, ...]
    licence: str
    copyright: str
    source: str

    def covers(self, library: str) -> bool:
        return library.startswith(self.files)


def read_components() -> list[Component]:
    found = tomllib.loads((PACKAGING / "bundle" / "components.toml").read_text(encoding="utf-8"))["component"]
    return [Component(**{**one, "files": tuple(one["files"])}) for one in found]


def find_uncovered(folder: Path, components: list[Component]) -> list[str]:
    """Return the libraries in the bundle that no component and no Python package accounts for."""
    libraries = {path.name for path in folder.rglob("*") if re.match(r"lib.+\.(so|dylib)\b", path.name)}
    names = {match["name"] + "." for library in libraries if (match := _LIBRARY.match(library))}
    return sorted(name for name in names if not any(component.covers(name) for component in components))


def write_notices(folder: Path, packages: set[str], version: str, home: str) -> Path:
    """Write `LICENCES.txt` and the folder `licences` into the bundle, and return the file.

    Args:
        folder: The bundle.
        packages: The top-level names of the Python modules in it.
        version: The app's version.
        home: The app's home page.
    """
    libraries = {match["name"] + "." for path in folder.rglob("*") if (match := _LIBRARY.match(path.name))}
    shipped = [one for one in read_components() if any(one.covers(library) for library in libraries)]
    texts = folder / "licences"
    shutil.rmtree(texts, ignore_errors=True)
    texts.mkdir()
    lines = [_HEAD.format(version=version, home=home), (PACKAGING.parent / "LICENSE").read_text(encoding="utf-8")]
    lines.append("LIBRARIES (texts in the folder “licences”)\n")
    for one in shipped:
        shutil.copy(LICENCES / f"{one.licence}.txt", texts)
        lines.append(f"{one.name}: {one.licence}\n  © {one.copyright}\n  source: {one.source}\n")
    shutil.copy(LICENCES / f"{BUNDLE_LICENCE}.txt", texts)
    lines.append("PYTHON PACKAGES\n")
    for package in sorted(_distributions(packages), key=lambda one: one.name.lower()):
        copied = _copy_licences(package, texts)
        licence = _field(package, "License-Expression") or _field(package, "License") or ", ".join(copied)
        lines.append(
            f"{package.name} {package.version}: {licence.splitlines()[0][:80]}\n  source: {_source(package)}\n"
        )
    notices = folder / "LICENCES.txt"
    notices.write_text("\n".join(lines), encoding="utf-8")
    return notices


def _distributions(packages: set[str]) -> list[Distribution]:
    found = {}
    for one in distributions():
        names = {str(file).split("/")[0].removesuffix(".py") for file in one.files or ()}
        if names & packages and one.name != "kling-desktop":
            found[one.name] = one
    return list(found.values())


def _copy_licences(package: Distribution, texts: Path) -> list[str]:
    copied = []
    for file in package.files or ():
        if re.search(r"\.dist-info/.*(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", str(file), re.IGNORECASE):
            name = f"{package.name}-{file.name}"
            shutil.copy(str(file.locate()), texts / name)
            copied.append(name)
    return copied


def _source(package: Distribution) -> str:
    """Where the package says that its source is; its home page otherwise."""
    urls: dict[str, str] = dict(entry.split(", ", 1) for entry in package.metadata.get_all("Project-URL") or ())
    for word in ("source", "repository", "code", "github", "home"):
        for label, url in urls.items():
            if word in label.lower():
                return url
    return _field(package, "Home-page") or next(iter(urls.values()), "with the package")


def _field(package: Distribution, name: str) -> str:
    return str(package.metadata[name] or "") if name in package.metadata else ""
