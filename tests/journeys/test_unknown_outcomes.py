"""Orders whose answer never came: the user says which clip is which, and is never offered one twice."""

import asyncio
from dataclasses import replace

from PySide6.QtWidgets import QLabel

from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.jobs.failure_catalog import NO_MATCH_YET
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Forgotten, JobState, Unknown
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.ui.queue.outcome_dialog import OutcomeDialog
from kling_desktop.ui.widgets import Button, LinkButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until
from tests.support.job_submission import submit_paused

KITE = Draft(prompt="A kite")


async def asked_about(app: AppDriver, folder: str, *candidates: str) -> Job:
    """An order that was looked for in vain, as the queue would keep it after its last look."""
    session = app.session
    waiting = await submit_paused(session.queue, KITE, folder)
    lost = replace(waiting, state=Unknown(9, needs_user=True, candidates=candidates), sent_at=waiting.created_at)
    return await session.queue.registry.save(lost)


def state(app: AppDriver, job: Job) -> JobState | None:
    return next((one.state for one in app.queued if one.id == job.id), None)


def offers_nothing(app: AppDriver, job: Job) -> bool:
    left = state(app, job)
    return isinstance(left, Unknown) and not left.candidates


async def opened(app: AppDriver, job: Job) -> OutcomeDialog:
    app.request(JobAction.CHOOSE_CLIP, job.id)
    await wait_until(lambda: app.find_all(OutcomeDialog), "The question which one it is")
    return app.find(OutcomeDialog)


async def test_an_attached_clip_is_not_offered_for_another_job(open_app: OpenApp) -> None:
    async with open_app(KITE) as app:
        await app.wait_until_connected()
        session = app.session
        clip = (await session.client.create_generation(build_body(KITE))).generation
        folder = str(app.folders.data)
        one, other = [await asked_about(app, folder, clip) for _ in range(2)]
        dialog = await opened(app, one)
        dialog.grab()  # laid out
        await app.click(app.find(Button, "None: forget it…", where=dialog))
        await wait_until(lambda: "Forgetting it stops looking" in app.message, "What forgetting means")
        assert isinstance(state(app, one), Unknown)
        await app.press("Esc", on=app.grid)
        await app.click(app.find(Button, "This one", where=await opened(app, one)))
        await wait_until(lambda: offers_nothing(app, other), "The end of the offer")
        app.request(JobAction.CHOOSE_CLIP, other.id)
        await wait_until(lambda: app.message.startswith(NO_MATCH_YET), "The message")
        assert app.find(LinkButton, "Send again…")
        assert not app.find_all(OutcomeDialog)
        app.request(JobAction.FORGET, other.id)
        await wait_until(lambda: "Forgetting it stops looking" in app.message, "What forgetting means")
        await app.click(app.find(LinkButton, "Forget it"))
        await wait_until(lambda: isinstance(state(app, other), Forgotten), "The forgotten one")
        assert len(app.accepted_requests()) == 1


async def test_several_unknown_outcomes_are_resolved_in_one_dialog(open_app: OpenApp) -> None:
    async with open_app(KITE) as app:
        await app.wait_until_connected()
        clips = [(await app.session.client.create_generation(build_body(KITE))).generation for _ in range(3)]
        lost = [await asked_about(app, str(app.folders.data), *clips) for _ in range(3)]
        dialog = await opened(app, lost[1])
        await wait_until(lambda: app.find_all(QLabel, "2 of 3"), "Which of them it is")
        await app.press("PgDown", on=dialog)
        await wait_until(lambda: app.find_all(QLabel, "3 of 3"), "The next one")
        await app.click(app.find_all(Button, "This one")[0])
        await wait_until(lambda: app.find_all(QLabel, "1 of 2"), "The first of what is left")
        assert not isinstance(state(app, lost[2]), Unknown)
        assert len(app.find_all(Button, "This one")) == 2, "what was chosen is offered no more"
        await app.click(app.find_all(Button, "This one")[0])
        await wait_until(lambda: len(app.find_all(Button, "This one")) == 1, "The last one")
        await app.click(app.find_all(Button, "This one")[0])
        await wait_until(lambda: not app.find_all(OutcomeDialog), "The end of the sheet")
        await wait_until(lambda: not any(isinstance(state(app, job), Unknown) for job in lost), "No doubt")
        assert len(app.accepted_requests()) == 3


async def test_the_dialog_opens_once_and_closes_with_the_connection(open_app: OpenApp) -> None:
    async with open_app(KITE) as app:
        await app.wait_until_connected()
        clip = (await app.session.client.create_generation(build_body(KITE))).generation
        lost = await asked_about(app, str(app.folders.data), clip)
        app.request(JobAction.CHOOSE_CLIP, lost.id)
        await opened(app, lost)
        assert len(app.find_all(OutcomeDialog)) == 1
        await wait_until(lambda: not looking(lost), "The end of the first question")
        assert len(app.find_all(OutcomeDialog)) == 1
        app.controllers.connector.to_sandbox()
        await wait_until(lambda: app.application.composer.send_blocker, "The change")
        await app.wait_until_connected()
        assert not app.find_all(OutcomeDialog)


def looking(job: Job) -> bool:
    """Whether something is still being looked up to ask about it."""
    return any(task.get_name() == f"choose {job.id}" for task in asyncio.all_tasks())
