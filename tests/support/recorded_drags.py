"""Drags and copies of other programs, given again as they were recorded or as their makers document them."""

import json
from base64 import b64decode
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QImage

from tests.support.record_drags import PIXELS

FOLDER = Path(__file__).parents[1] / "ui" / "composer" / "drags"
_RECORDED_IN = b"file:///home/ann/Pictures"


def recorded(name: str, folder: Path = FOLDER) -> QMimeData:
    """What was recorded under that name; its files are looked for in `folder`."""
    told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    data = QMimeData()
    for kind, encoded in told["formats"].items():
        content = b64decode(encoded)
        if kind == PIXELS:
            data.setImageData(QImage.fromData(content))
        else:
            here = QUrl.fromLocalFile(str(folder)).toEncoded().data()
            data.setData(kind, content.replace(_RECORDED_IN, here))
    return data


def from_nautilus(*paths: Path) -> QMimeData:
    """A copy in GNOME's file manager (nautilus, src/nautilus-clipboard.c: the verb, then an address a line)."""
    data = _addresses(*paths)
    lines = [
        "copy",
        *(str(QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)) for path in paths),
    ]
    data.setData("x-special/gnome-copied-files", "\n".join(lines).encode())
    return data


def from_windows_explorer(*paths: Path) -> QMimeData:
    """Qt turns CF_HDROP into text/uri-list and names the shell's own formats application/x-qt-windows-mime
    (qtbase, src/plugins/platforms/windows/qwindowsmimeregistry.cpp; Microsoft, Shell Clipboard Formats).
    """
    data = _addresses(*paths)
    for shell, content in (
        ("Shell IDList Array", b"\1\0\0\0" + bytes(24)),
        ("FileNameW", (str(paths[0]) + "\0").encode("utf-16-le")),
        ("Preferred DropEffect", b"\5\0\0\0"),
    ):
        data.setData(f'application/x-qt-windows-mime;value="{shell}"', QByteArray(content))
    return data


def from_finder(*paths: Path) -> QMimeData:
    """public.file-url becomes text/uri-list; Finder's own types keep their names, com.apple first
    (qtbase, src/gui/platform/darwin/qmacmimeregistry.mm; Apple, NSPasteboard.PasteboardType).
    """
    data = _addresses(*paths)
    data.setData('application/x-qt-macos-mime;value="com.apple.finder.node"', QByteArray(bytes(16)))
    data.setData("com.apple.pasteboard.promised-file-url", QUrl.fromLocalFile(str(paths[0])).toEncoded())
    return data


def _addresses(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data
