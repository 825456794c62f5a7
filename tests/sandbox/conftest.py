from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from tests.support.sandbox_client import ManualClock, SandboxClient
from tests.support.sandbox_transport import SandboxTransport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[SandboxClient]:
    clock = ManualClock()
    app = create_app(SandboxSettings(data=tmp_path), clock=clock)
    async with httpx.AsyncClient(transport=SandboxTransport(app)) as http:
        yield SandboxClient(app.state.world, http, clock)
