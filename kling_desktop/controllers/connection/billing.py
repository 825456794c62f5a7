"""Where credit for the API is bought."""

from functools import partial

from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.jobs.failure_catalog import BILLING_URL
from kling_desktop.ui.qt.web_browser import open_address
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message, MessageBar

_NO_BROWSER = "Your browser couldn't be opened. Open this address yourself: {address}"


def open_billing(messages: MessageBar) -> None:
    """Open the page in the browser. Where that fails, offer its address."""
    open_address(BILLING_URL, partial(_offer_address, messages))


def _offer_address(messages: MessageBar) -> None:
    copy = partial(QGuiApplication.clipboard().setText, BILLING_URL)
    messages.show_now(Message(_NO_BROWSER.format(address=BILLING_URL), Tone.ODD, "Copy the address", copy, seconds=0))
