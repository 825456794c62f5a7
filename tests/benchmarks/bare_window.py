"""The least that a window of Qt's can be: the floor for start and memory. Ends when it is told to."""

import sys

from PySide6.QtWidgets import QApplication, QWidget

app = QApplication(sys.argv)
window = QWidget()
window.resize(1440, 900)
window.show()
sys.exit(app.exec())
