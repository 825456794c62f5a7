"""Passes on what buttons, keys and menus ask for to the session that there is."""

from typing import TYPE_CHECKING

from kling_desktop.domain.jobs.actions import ActionRequest, JobAction

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.controllers.job_actions import JobActions
    from kling_desktop.session import Session


class ActionDispatcher:
    """Follows one session at a time; without one, nothing is done. actions_of makes the actions of a session."""

    def __init__(self, actions_of: "Callable[[Session], JobActions]") -> None:
        self._actions_of = actions_of
        self.actions: JobActions | None = None

    async def follow(self, session: "Session") -> None:
        self.actions = self._actions_of(session)

    async def leave(self) -> None:
        actions, self.actions = self.actions, None
        if actions:
            actions.close()

    def dispatch(self, request: ActionRequest) -> None:
        if self.actions:
            self.actions.dispatch(request)

    def open(self, job_id: str) -> None:
        """Show a clip large."""
        self.dispatch(ActionRequest(JobAction.OPEN, (job_id,)))
