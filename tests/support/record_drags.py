"""A small window that writes down what other programs drag and copy, so that tests can give it again.

    python -m tests.support.record_drags FOLDER PROGRAM

Drop anything on it, or copy it elsewhere: each becomes a file in FOLDER, named after the line last typed into the
standard input. A drag also keeps what the program would allow to be done with it.
"""

import json
import sys
from base64 import b64encode
from pathlib import Path
from threading import Thread
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel

PIXELS = "application/x-qt-image"
"""Under this name Qt offers a picture that it can decode; it is kept as a PNG."""


class Recorder(QLabel):
    named = Signal(str)

    def __init__(self, folder: Path, program: str) -> None:
        super().__init__("Drop here")
        self._folder, self._program, self._name = folder, program, "unnamed"
        self.setAcceptDrops(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setGeometry(900, 0, 380, 700)
        self.named.connect(self._rename)
        clipboard = QApplication.clipboard()
        clipboard.dataChanged.connect(lambda: self._write("copy", clipboard.mimeData(), 0))

    def _rename(self, name: str) -> None:
        self._name = name
        self.setText(f"{name}: drop here")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._write("drag", event.mimeData(), event.possibleActions().value)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _write(self, way: str, data: QMimeData, actions: int) -> None:
        if not data.formats():
            return  # whose copy it was has ended
        told: dict[str, Any] = {"from": self._program, "way": way}
        if way == "drag":
            told["actions"] = actions
        told["formats"] = {kind: b64encode(_bytes(data, kind)).decode() for kind in data.formats()}
        (self._folder / f"{self._name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        self.setText(f"{self._name}: written")


def _bytes(data: QMimeData, kind: str) -> bytes:
    if kind != PIXELS:
        return bytes(data.data(kind).data())
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImage(data.imageData()).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def record() -> int:
    app = QApplication(sys.argv)
    recorder = Recorder(Path(sys.argv[1]), sys.argv[2])
    recorder.show()

    def listen() -> None:
        for line in sys.stdin:
            recorder.named.emit(line.strip())

    Thread(target=listen, daemon=True).start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(record())
