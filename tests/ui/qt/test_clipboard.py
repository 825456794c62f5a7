"""What is left on the clipboard does no harm at the end."""

import subprocess
import sys
from pathlib import Path

COPY = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from kling_desktop.ui.export.files_mime import files_mime

app = QApplication([])
app.clipboard().setMimeData(files_mime([Path(sys.argv[1])]))
assert app.clipboard().mimeData().urls()[0].toLocalFile() == sys.argv[1]
"""


def test_the_app_exits_cleanly_with_files_on_the_clipboard(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", COPY, str(tmp_path)], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")
