"""The client satisfies the Protocol of the services: mypy proves it."""

from typing import TYPE_CHECKING

from kling_desktop.api.base_url import LEONARDO_BASE
from kling_desktop.api.client import Client
from kling_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from kling_desktop.services.remote import Remote


def test_the_client_satisfies_the_protocol_of_the_services() -> None:
    remote: Remote = Client(LEONARDO_BASE, Secret(""))
    assert remote.clock_skew is None
