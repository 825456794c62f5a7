"""What a finished clip gives to the next request. Each answer is the form's next draft, to be taken in one step.

"Public" is never taken over silently: every request starts private.
"""

from dataclasses import replace

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.lineage import origin_of
from kling_desktop.domain.request.draft import GENERATED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.draft_edits import put
from kling_desktop.domain.request.form import apply_action, resolve
from kling_desktop.domain.request.generation_type import GenerationType, switch_type, type_of
from kling_desktop.domain.request.models import ModelSpec, Slot


def clip_video(job: Job) -> StoredMedia | None:
    """The clip as a video to edit; None unless it is made and the service has it. An edit follows its source: its size
    and length are for the service to tell.
    """
    if not isinstance(job.state, Done) or not job.state.image:
        return None
    video = StoredMedia(job.state.image, GENERATED, origin=origin_of(job))
    if type_of(job.draft) is GenerationType.EDIT:
        return video
    size = job.draft.size
    return replace(video, width=size.width, height=size.height, seconds=float(job.draft.duration))


def clip_settings(job: Job, takes: int = 1) -> Draft:
    """All that the clip was made with, to be ordered that many times."""
    return replace(job.draft, public=False, takes=takes, origin=origin_of(job))


def clip_seed(job: Job) -> int | None:
    """The seed that the service reported, else the one that was asked for; None where neither is known."""
    asked = job.draft.seed
    return job.seed if job.seed is not None else asked if isinstance(asked, int) else None


def with_clip_prompt(draft: Draft, job: Job) -> Draft:
    return replace(draft, prompt=job.draft.prompt)


def with_clip_seed(draft: Draft, job: Job) -> Draft:
    """UserError where the clip's seed was never told."""
    seed = clip_seed(job)
    if seed is None:
        raise UserError("Leonardo didn't say which seed this clip was made with.", "Use its settings instead.")
    return replace(draft, seed=seed)


def with_frame(draft: Draft, slot: Slot, frame: LocalImage, spec: ModelSpec) -> Draft:
    """A frame of a clip in a slot: over what lies there, or as the next reference. What excludes it is set aside; an
    end frame that was, stays so.

    UserError where the slot waits for another, or is full.
    """
    control = resolve(draft, spec).slot(slot)
    if control.action and control.action.fill_slot:
        raise UserError(f"{control.blocked_reason}.", "This frame could be the start frame.")
    if control.action:
        aside = draft.parked & {Slot.END_FRAME} - {slot}
        draft = apply_action(draft, control.action)
        draft = replace(draft, parked=draft.parked | aside)
    if slot is not Slot.IMAGE_REFERENCE:
        return put(draft, slot, frame, 0)
    if len(draft.media(slot)) >= spec.capacity[slot]:
        raise UserError(f"There are {spec.capacity[slot]} references already.", "Remove one first.")
    return put(draft, slot, frame)


def continue_from(draft: Draft, job: Job, last: LocalImage) -> Draft:
    """The next shot: from the clip's last frame on, with its size and settings, and what the form says happens. The
    clip's other media are set aside.
    """
    draft = replace(
        clip_settings(job), prompt=draft.prompt, template_fields=draft.template_fields, seed=None, origin=None
    )
    return put(switch_type(draft.with_media(Slot.END_FRAME, ()), GenerationType.START), Slot.START_FRAME, last, 0)


def with_video(draft: Draft, video: StoredMedia) -> Draft:
    """The form with that video to edit, in the place of another."""
    return put(switch_type(draft, GenerationType.EDIT), Slot.VIDEO_REFERENCE_BASE, video, 0)
