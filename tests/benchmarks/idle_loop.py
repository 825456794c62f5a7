"""A window of Qt's that does nothing: what stalls the machine itself gives. Told when its input ends."""

import json
import sys
from dataclasses import asdict

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.heartbeat import Heartbeat

app = QApplication(sys.argv)
window = QWidget()
window.show()
heartbeat = Heartbeat()
notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
notifier.activated.connect(app.quit)
app.exec()
json.dump(asdict(heartbeat.stop()), sys.stdout)
