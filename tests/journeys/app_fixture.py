"""The app as one who uses it has it before them."""

import json
from typing import Any

from PySide6.QtCore import QPoint

from kling_desktop.controllers.application import Application
from kling_desktop.controllers.session_controllers import SessionControllers
from kling_desktop.controllers.window_controllers import WindowControllers
from kling_desktop.domain.jobs.actions import Action, ActionRequest
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import JobState
from kling_desktop.session import Session
from kling_desktop.store.folders import Folders
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.library.model.library_model import LibraryRole
from kling_desktop.ui.queue.queue_model import QueueRole as QueueRole
from kling_desktop.ui.viewer.viewer import Viewer
from kling_desktop.ui.widgets import PrimaryButton, PromptEdit
from kling_desktop.ui.widgets.choice_row import Cell
from tests.journeys.ui_driver import UiDriver, wait_until


class AppDriver(UiDriver):
    """Hands that know the parts of the window by the names that people give them."""

    def __init__(self, desktop: Application, folders: Folders) -> None:
        super().__init__(desktop.window)
        self.application = desktop
        self.folders = folders

    @property
    def controllers(self) -> WindowControllers:
        """What works behind the window, once it is connected."""
        assert self.application.controllers
        return self.application.controllers

    @property
    def session(self) -> Session:
        return self.session_controllers.session

    @property
    def session_controllers(self) -> SessionControllers:
        """What works on the session."""
        assert self.controllers.session.target
        return self.controllers.session.target

    @property
    def prompt(self) -> PromptEdit:
        return self.find(PromptEdit)

    @property
    def generate(self) -> PrimaryButton:
        return self.find(PrimaryButton, where=self.application.window.composer)

    @property
    def grid(self) -> LibraryGrid:
        return self.application.window.library.grid

    @property
    def viewer(self) -> Viewer:
        return self.find(Viewer)

    def request(self, action: Action, *jobs: str, clips: tuple[int, ...] = (), value: int = 0) -> None:
        """Ask for an action as the library does at a click."""
        self.application.window.library.action_requested.emit(ActionRequest(action, jobs, clips, value))

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Newest first, as the list shows them."""
        model = self.grid.model()
        return tuple(model.data(model.index(row, 0), LibraryRole.JOB) for row in range(model.rowCount()))

    @property
    def queued(self) -> tuple[Job, ...]:
        """What the queue below lists, from the top."""
        model = self.application.window.below.queue.list.model()
        return tuple(model.data(model.index(row, 0), QueueRole.JOB) for row in range(model.rowCount()))

    @property
    def message(self) -> str:
        """What the bar says."""
        message = self.application.window.messages.message
        return message.text if message else ""

    def box(self, place: Place) -> SlotBox:
        return next(box for box in self.find_all(SlotBox) if box.place == place)

    def cell(self, text: str) -> Cell:
        found = [cell for cell in self.find_all(Cell) if cell.text() == text]
        assert len(found) == 1, f"{len(found)} choices “{text}” are in sight, not one."
        return found[0]

    def card(self, row: int = 0) -> QPoint:
        """The middle of a card in the grid's viewport."""
        return self.grid.visualRect(self.grid.model().index(row, 0)).center()

    def first_button(self, row: int = 0) -> QPoint:
        """The first button at the foot of a job's card."""
        return self.grid.visualRect(self.grid.model().index(row, 0)).bottomLeft() + QPoint(30, -24)

    def accepted_requests(self) -> list[dict[str, Any]]:
        """What the sandbox has accepted, oldest first."""
        kept = (self.folders.sandbox / "generations").glob("*.json")
        return sorted((json.loads(path.read_bytes()) for path in kept), key=lambda order: float(order["created"]))

    async def wait_until_connected(self) -> None:
        await wait_until(lambda: not self.application.composer.send_blocker, "The connection")

    async def wait_for_state(self, *kinds: type[JobState], row: int = 0, seconds: float = 30.0) -> Job:
        """Wait until the job in that row is in one of these states."""
        names = " or ".join(kind.name for kind in kinds)
        await wait_until(
            lambda: len(self.jobs) > row and isinstance(self.jobs[row].state, kinds), f"The state {names}", seconds
        )
        return self.jobs[row]
