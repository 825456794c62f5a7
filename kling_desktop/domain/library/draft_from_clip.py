"""What a finished clip gives to the next request. Each function returns the form's next draft, as one step to undo.

"Public" is never taken over: every request starts private.
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
from kling_desktop.domain.text import plural


def clip_video(job: Job) -> StoredMedia | None:
    """Return a clip as a video to edit; None unless it is finished and the service has it.

    The size and length of an edit aren't known here, because they follow its source.
    """
    if not isinstance(job.state, Done) or not job.state.image:
        return None
    video = StoredMedia(job.state.image, GENERATED, origin=origin_of(job))
    if type_of(job.draft) is GenerationType.EDIT:
        return video
    size = job.draft.size
    return replace(video, width=size.width, height=size.height, seconds=float(job.draft.duration))


def clip_settings(job: Job, takes: int = 1) -> Draft:
    """Return everything that a clip was made with, to be submitted `takes` times."""
    return replace(job.draft, public=False, takes=takes, origin=origin_of(job))


def clip_seed(job: Job) -> int | None:
    """Return the seed that the service reported, or else the requested one; None if neither is known."""
    asked = job.draft.seed
    return job.seed if job.seed is not None else asked if isinstance(asked, int) else None


def with_clip_prompt(draft: Draft, job: Job) -> Draft:
    return replace(draft, prompt=job.draft.prompt)


def with_clip_seed(draft: Draft, job: Job) -> Draft:
    """Return the draft with a clip's seed.

    Raises:
        UserError: The clip's seed isn't known.
    """
    seed = clip_seed(job)
    if seed is None:
        raise UserError("Leonardo didn't report the seed of this clip.", "Use its settings instead.")
    return replace(draft, seed=seed)


def with_frame(draft: Draft, slot: Slot, frame: LocalImage, spec: ModelSpec) -> Draft:
    """Put a frame of a clip into a slot, in place of what is there, or as the next reference.

    What can't be combined with it is parked. An end frame that was parked stays so.

    Raises:
        UserError: Another slot has to be filled first, or the slot is full.
    """
    control = resolve(draft, spec).slot(slot)
    if control.action and control.action.fill_slot:
        raise UserError(f"{control.blocked_reason}.", "You could use this frame as the start frame.")
    if control.action:
        still_parked = draft.parked & {Slot.END_FRAME} - {slot}
        draft = apply_action(draft, control.action)
        draft = replace(draft, parked=draft.parked | still_parked)
    if slot is not Slot.IMAGE_REFERENCE:
        return put(draft, slot, frame, 0)
    if len(draft.media(slot)) >= spec.capacity_of(slot):
        one, other = "There is {count} reference already.", "There are {count} references already."
        raise UserError(plural(spec.capacity_of(slot), one=one, other=other), "Remove one first.")
    return put(draft, slot, frame)


def continue_from(draft: Draft, job: Job, last: LocalImage) -> Draft:
    """Continue a clip: start from its last frame, with its size and settings and the form's prompt.

    The clip's other media are parked.
    """
    draft = replace(
        clip_settings(job), prompt=draft.prompt, template_fields=draft.template_fields, seed=None, origin=None
    )
    return put(switch_type(draft.with_media(Slot.END_FRAME, ()), GenerationType.START), Slot.START_FRAME, last, 0)


def with_video(draft: Draft, video: StoredMedia) -> Draft:
    """Return the draft with a video to edit, in place of another."""
    return put(switch_type(draft, GenerationType.EDIT), Slot.VIDEO_REFERENCE_BASE, video, 0)
