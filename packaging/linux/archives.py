"""The Debian package and the relocatable archive."""

import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

import icons
from bundle.build import Bundle, size_of

from kling_desktop import __version__
from kling_desktop.identity import APP_ID, COMMAND, HOME_PAGE
from kling_desktop.system_libraries import LIBRARIES, OF_EVERY_LINUX

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LARGEST = 75_000_000
"""Bytes that a download may have."""
_CONTROL = """\
Package: kling-desktop
Version: {version}
Architecture: {architecture}
Maintainer: The Kling Desktop authors <noreply@users.noreply.github.com>
Installed-Size: {kilobytes}
Depends: libc6 (>= {glibc}), {depends}
Recommends: fonts-noto-core, xdg-utils, gnome-keyring | org.freedesktop.secrets
Suggests: fonts-noto-color-emoji, xdg-desktop-portal
Section: video
Priority: optional
Homepage: {home}
Description: Make videos with Kling through Leonardo.AI
 Fill in a form, press Generate, and get the finished clip. Kling Desktop
 sends the request to the Leonardo.AI API with your own key, downloads the
 clip and plays it. A sandbox lets you try everything free of charge.
"""
_REFRESH = """\
#!/bin/sh
set -e
for program in "update-desktop-database -q" "update-mime-database /usr/share/mime" \\
    "gtk-update-icon-cache -q -t /usr/share/icons/hicolor"; do
    if command -v "${program%% *}" >/dev/null; then $program >/dev/null 2>&1 || true; fi
done
"""


def write_share(share: Path) -> None:
    """Write the desktop entry, the metainfo, the file types and the icons below a `share` folder."""
    for file, folder in (
        (f"{APP_ID}.desktop", "applications"),
        (f"{APP_ID}.metainfo.xml", "metainfo"),
        (f"{APP_ID}.xml", "mime/packages"),
    ):
        (share / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / file, share / folder)
    icons.write_hicolor(share / "icons/hicolor", APP_ID)


def make_archive(bundle: Bundle, out: Path) -> Path:
    """Make the `.tar.xz`: one folder with the program, what a desktop needs, and `install.sh`."""
    name = f"kling-desktop-{__version__}-linux-{_machine()}"
    top = out / name
    shutil.rmtree(top, ignore_errors=True)
    shutil.copytree(bundle.folder, top / COMMAND, symlinks=True)
    write_share(top / "share")
    installer = top / "install.sh"
    installer.write_text(
        (HERE / "install.sh").read_text(encoding="utf-8").replace("@APP_ID@", APP_ID), encoding="utf-8"
    )
    installer.chmod(0o755)
    file = out / f"{name}.tar.xz"
    plain = file.with_suffix("")
    with tarfile.open(plain, "w") as archive:
        archive.add(top, name, filter=_anonymous)
    shutil.rmtree(top)
    subprocess.run(["xz", "-9", "-T2", "--force", plain], check=True)
    return file


def make_deb(bundle: Bundle, out: Path) -> Path:
    """Make the Debian package. It installs below /usr, and needs what the bundle's files need."""
    root = out / "deb"
    shutil.rmtree(root, ignore_errors=True)
    (root / "usr/lib").mkdir(parents=True)
    shutil.copytree(bundle.folder, root / "usr/lib/kling-desktop", symlinks=True)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/kling-desktop").symlink_to("../lib/kling-desktop/kling-desktop")
    write_share(root / "usr/share")
    documents = root / "usr/share/doc/kling-desktop"
    documents.mkdir(parents=True)
    (documents / "copyright").symlink_to("../../../lib/kling-desktop/LICENCES.txt")
    control = root / "DEBIAN"
    control.mkdir()
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(_machine(), _machine())
    values = {"version": __version__, "architecture": architecture, "glibc": bundle.glibc, "home": HOME_PAGE}
    values["kilobytes"] = str(size_of(root) // 1024)
    values["depends"] = ", ".join(debian_packages(bundle.needs))
    (control / "control").write_text(_CONTROL.format(**values), encoding="utf-8")
    for script in ("postinst", "postrm"):
        (control / script).write_text(_REFRESH, encoding="utf-8")
        (control / script).chmod(0o755)
    file = out / f"kling-desktop_{__version__}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", root, file], check=True, stdout=-3)
    shutil.rmtree(root)
    return file


def debian_packages(libraries: Iterable[str]) -> list[str]:
    """The packages with these libraries. Stops at a library that the table of the app doesn't know."""
    wanted = [name for name in libraries if not name.startswith(OF_EVERY_LINUX)]
    if unknown := sorted(name for name in wanted if name not in LIBRARIES):
        sys.exit(f"kling_desktop/system_libraries.py doesn't say which packages have: {', '.join(unknown)}.")
    return sorted({LIBRARIES[name].apt for name in wanted})


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _machine() -> str:
    return platform.machine()
