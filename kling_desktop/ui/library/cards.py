"""What a job's card says and offers, as one pure function of the job and the clock."""

from dataclasses import dataclass, replace
from math import ceil

from kling_desktop.domain import states
from kling_desktop.domain.errors import Refusal
from kling_desktop.domain.job import Job
from kling_desktop.ui.theme import Tone

Verbs = tuple[tuple[str, str], ...]

USE = ("Use these settings", "use_settings")
DETAILS = ("Details", "details")
REMOVE = ("Remove", "remove")
CANCEL = ("Cancel", "cancel")
FORGET = ("Forget…", "forget")
SEND_AGAIN = ("Send again…", "send_again")
RETRY = ("Try again", "retry")

_ENDED: Verbs = (USE, REMOVE)
_CLIP: Verbs = (("Open", "open"), ("Edit this video", "edit_video"), USE, ("Show in folder", "show_in_folder"), REMOVE)
_COUNTS = ("No clip", "One clip", "Two clips", "Three clips", "Four clips", "Five clips")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. text gets two lines, full is for the tooltip and screen readers.

    fraction, 0 to 1, is of bytes moved, or of the time such jobs usually take; None where neither is known.
    buttons and menu are (label, verb); the menu holds the buttons too.
    """

    word: str
    led: Tone
    text: str
    full: str = ""
    left: str = ""
    right: str = ""
    fraction: float | None = None
    buttons: Verbs = ()
    menu: Verbs = ()

    def offers(self, verb: str) -> bool:
        return any(verb == offered for _, offered in self.menu)


def card(
    job: Job,
    *,
    now: float,
    paused: bool = False,
    progress: tuple[int, int | None] | None = None,
    usual_seconds: float | None = None,
) -> Card:
    """The card of a job at a moment. progress is (bytes moved, bytes in all if known); times are in seconds."""
    prompt = " ".join(job.draft.prompt.split())
    drawn = _of_state(job, prompt, now, paused, progress, usual_seconds)
    said = (drawn.word, drawn.full, drawn.text, job.notice, prompt)
    full = "\n".join(dict.fromkeys(part for part in said if part))
    return replace(drawn, text=job.notice or drawn.text, full=full)


def ticks(job: Job) -> bool:
    """Whether its card changes by the second."""
    return isinstance(job.state, states.Held | states.Generating)


def minutes(seconds: float) -> str:
    """72 → "1:12"."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def megabytes(progress: tuple[int, int | None] | None) -> str:
    """(3_100_000, 8_400_000) → "3.1 of 8.4 MB"; "" before the first byte."""
    if progress is None:
        return ""
    done, total = progress
    return f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"


def _of_state(
    job: Job,
    prompt: str,
    now: float,
    paused: bool,
    progress: tuple[int, int | None] | None,
    usual: float | None,
) -> Card:
    elapsed = max(0.0, now - (job.sent_at or now))
    moved, total = progress or (0, None)
    part = min(1.0, moved / total) if total else None
    match job.state:
        case states.Waiting():
            buttons = (("Send", "resume"), CANCEL) if paused else (CANCEL,)
            why = "Not sent yet: send it or cancel it." if paused else "It is sent as soon as there is room."
            return Card("Waiting", Tone.IDLE, prompt, why, buttons=buttons, menu=(*buttons, USE))
        case states.Held(until=until):
            word = f"Sending in {max(1, ceil(until - now))} s"
            buttons = (("Undo", "undo"), ("Send now", "send_now"))
            return Card(word, Tone.IDLE, prompt, buttons=buttons, menu=buttons)
        case states.Uploading():
            left = megabytes(progress)
            return Card("Uploading", Tone.BUSY, prompt, left=left, fraction=part, buttons=(CANCEL,), menu=(CANCEL, USE))
        case states.Sending():
            return Card("Sending", Tone.BUSY, prompt, menu=(USE,))
        case states.Unknown(asked=asked, candidates=candidates):
            return _unknown(len(candidates), asked)
        case states.Generating():
            return Card(
                "Generating",
                Tone.BUSY,
                prompt,
                "It goes on at the service, and costs, whether or not it is followed here.",
                left=minutes(elapsed),
                right=f"usually {minutes(usual)}" if usual else "",
                fraction=min(1.0, elapsed / usual) if usual else None,
                menu=(USE, FORGET),
            )
        case states.Made():
            return Card("Made", Tone.BUSY, prompt, left="The download starts", menu=(USE, FORGET))
        case states.Downloading():
            left = megabytes(progress)
            return Card("Downloading", Tone.BUSY, prompt, left=left, fraction=part, menu=(USE, FORGET))
        case states.Done():
            return Card("Done", Tone.OK, prompt, right=minutes(job.draft.duration), menu=_CLIP)
        case states.Failed(what=what):
            buttons = (RETRY, DETAILS)
            left = "Refunded, as far as is known"
            full = "Refunded by Leonardo, as far as is known."
            return Card("Failed", Tone.BAD, what, full, left=left, buttons=buttons, menu=(*buttons, USE, REMOVE))
        case states.Blocked(what=what):
            buttons = (USE, DETAILS)
            cost = f"May have cost {job.cost}" if job.cost else "May have been charged"
            return Card("Blocked", Tone.BAD, what, cost, left=cost, buttons=buttons, menu=(*buttons, REMOVE))
        case states.Refused() as refused:
            return _refused(job, refused)
        case states.Cancelled():
            return Card("Cancelled", Tone.IDLE, prompt, "Taken back before it was sent.", buttons=(USE,), menu=_ENDED)
        case states.Forgotten():
            why = "No longer followed. The service may still have it, and have charged it."
            return Card("Forgotten", Tone.IDLE, prompt, why, buttons=(USE,), menu=_ENDED)


def _unknown(found: int, asked: bool) -> Card:
    if not asked:
        text = "The connection broke. Looking for it in your account…"
        return Card("Outcome unknown", Tone.ODD, text, "It was sent; no answer came.")
    count = _COUNTS[found] if found < len(_COUNTS) else f"{found} clips"
    text = f"The connection broke. {count} at Leonardo could be this one."
    choose: Verbs = (("Choose…", "choose"),) if found else ()
    buttons = (*choose, SEND_AGAIN) if found else (SEND_AGAIN, FORGET)
    why = "It was sent; no answer came. Sending it again may cost twice."
    return Card(
        "Outcome unknown", Tone.ODD, text, why, buttons=buttons, menu=(*choose, SEND_AGAIN, FORGET, DETAILS, USE)
    )


def _refused(job: Job, refused: states.Refused) -> Card:
    said = refused.said.lower()
    fix = USE
    if "prompt_enhance" in said and job.draft.prompt_enhance is not None:
        fix = ("Remove and send", "remove_enhance_and_send")
    elif "seed" in said and job.draft.seed is not None:
        fix = ("Remove and send", "remove_seed_and_send")
    elif refused.why in (Refusal.KEY, Refusal.CREDIT):
        fix = RETRY
    quoted = f"“{refused.said}”" if refused.said and refused.said not in refused.what else ""
    full = "\n".join(part for part in (quoted, refused.what, refused.advice) if part)
    menu = tuple(dict.fromkeys((fix, DETAILS, RETRY, USE, REMOVE)))
    return Card("Refused · not charged", Tone.BAD, refused.what, full, buttons=(fix, DETAILS), menu=menu)
