"""Where credit for the API is bought."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from kling_desktop.domain.jobs.failure_catalog import BILLING_URL


def open_billing() -> None:
    """Open the page in the browser."""
    QDesktopServices.openUrl(QUrl(BILLING_URL))
