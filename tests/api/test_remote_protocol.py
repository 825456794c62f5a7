"""The client is what the work layer asks for: mypy proves its shape."""

from typing import TYPE_CHECKING

from kling_desktop.api.base_url import LEONARDO_BASE
from kling_desktop.api.client import Client
from kling_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from kling_desktop.services.remote import Remote


def test_the_client_is_the_far_side_that_jobs_need() -> None:
    remote: Remote = Client(LEONARDO_BASE, Secret(""))
    assert remote.clock_skew is None
