"""What could be the jobs whose answer never came, kept true while their generations are given away."""

from kling_desktop.domain.matching import without_taken
from kling_desktop.domain.states import Event, Unknown
from kling_desktop.store.jobs import JobStore
from kling_desktop.work.shelf import Shelf


class Doubts:
    """Of the jobs that this process carries and asks the user about, in one service."""

    def __init__(self, shelf: Shelf, store: JobStore, service: str) -> None:
        self._shelf = shelf
        self._store = store
        self._service = service

    async def drop_taken(self) -> None:
        """Let no job offer a generation that is another's by now. To be called by those who have no job's turn."""
        if not any(self._offered(job_id) for job_id in self._shelf.mine):
            return
        claimed = await self._shelf.on_disk(self._store.claimed, self._service)
        for job_id in [one for one in self._shelf.mine if claimed.intersection(self._offered(one))]:
            async with self._shelf.turn(job_id):
                if claimed.intersection(self._offered(job_id)):  # else the user has decided meanwhile
                    job = self._shelf.jobs[job_id]
                    assert isinstance(job.state, Unknown)
                    await self._shelf.keep_in_turn(job.moved(Event.LOOK, without_taken(job.state, claimed)))

    def _offered(self, job_id: str) -> tuple[str, ...]:
        """One that still looks by itself offers nothing, and will see for itself what is taken."""
        state = self._shelf.jobs[job_id].state if job_id in self._shelf.mine else None
        return state.candidates if isinstance(state, Unknown) and state.asked else ()
