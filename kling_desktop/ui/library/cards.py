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
REMOVE = ("Remove from list", "remove")
CANCEL = ("Cancel", "cancel")
FORGET = ("Forget…", "forget")
SEND_AGAIN = ("Send again…", "send_again")
RETRY = ("Try again", "retry")

_ENDED: Verbs = (USE, REMOVE)
_CLIP: Verbs = (("Open", "open"), ("Edit this video", "edit_video"), USE, ("Show in folder", "show_in_folder"), REMOVE)
_WHY_REFUSED = {
    Refusal.KEY: "The API key was refused.",
    Refusal.CREDIT: "There is not enough credit.",
    Refusal.MODERATION: "The content filter refused it.",
    Refusal.MODEL: "The model was refused.",
    Refusal.PARAMETER: "A setting was refused.",
    Refusal.MEDIA: "A picture or video can't be used.",
    Refusal.OTHER: "The request was refused.",
}
_COUNTS = ("No clip", "One clip", "Two clips", "Three clips", "Four clips", "Five clips")


@dataclass(frozen=True, slots=True)
class Card:
    """One card. text gets two lines, or one above the line of reason; full is for the tooltip and screen readers.

    fraction, 0 to 1, is of bytes moved, or of the time such jobs usually take; None where neither is known.
    buttons and menu are (label, verb); the menu holds the buttons too.
    """

    word: str
    led: Tone
    text: str
    full: str = ""
    reason: str = ""
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
    said = (drawn.word, drawn.full, job.notice, prompt)
    full = "\n".join(dict.fromkeys(part for part in said if part))
    if job.notice:
        drawn = replace(drawn, reason=job.notice) if drawn.reason else replace(drawn, text=job.notice)
    return replace(drawn, full=full)


def ticks(job: Job) -> bool:
    """Whether its card changes by the second."""
    looked_for = isinstance(job.state, states.Unknown) and not job.state.asked
    return looked_for or isinstance(job.state, states.Held | states.Generating)


def details(job: Job) -> tuple[str, str]:
    """What became of an order that went wrong and what to do, and the service's own words where they say more."""
    match job.state:
        case states.Unknown(asked=False):
            return "It was sent; no answer came. It is looked for in your account.", ""
        case states.Unknown(candidates=candidates):
            found = len(candidates)
            count = _COUNTS[found] if found < len(_COUNTS) else f"{found} clips"
            sentence = f"It was sent; no answer came. {count} at Leonardo could be this one."
            return f"{sentence} Sending it again may cost twice.", ""
        case states.Failed(what=what):
            return f"{what} Refunded by Leonardo, as far as is known.", ""
        case states.Blocked(what=what):
            return f"{what} {_charge(job)}.", ""
        case states.Refused(what=what, advice=advice, said=said):
            return f"{what} {advice}".strip(), "" if said in what else f"Leonardo said: “{said}”"
        case _:
            return "", ""


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
            return _unknown(job, prompt, len(candidates), elapsed if not asked else None)
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
            word = "Downloading" if part is None else f"Downloading · {int(part * 100)} %"
            return Card(word, Tone.BUSY, prompt, left=left, fraction=part, menu=(USE, FORGET))
        case states.Done():
            return Card("Done", Tone.OK, prompt, right=minutes(job.draft.duration), menu=_CLIP)
        case states.Failed():
            return Card(
                "Failed",
                Tone.BAD,
                prompt,
                details(job)[0],
                "Leonardo could not make it.",
                "Refunded, as far as is known",
                buttons=(RETRY, DETAILS),
                menu=(RETRY, DETAILS, USE, REMOVE),
            )
        case states.Blocked():
            return Card(
                "Blocked",
                Tone.BAD,
                prompt,
                details(job)[0],
                "Nothing usable came of it.",
                _charge(job),
                buttons=(USE, DETAILS),
                menu=(USE, DETAILS, REMOVE),
            )
        case states.Refused() as refused:
            return _refused(job, prompt, refused)
        case states.Cancelled():
            return Card("Cancelled", Tone.IDLE, prompt, "Taken back before it was sent.", buttons=(USE,), menu=_ENDED)
        case states.Forgotten():
            why = "No longer followed. The service may still have it, and have charged it."
            return Card("Forgotten", Tone.IDLE, prompt, why, buttons=(USE,), menu=_ENDED)


def _unknown(job: Job, prompt: str, found: int, elapsed: float | None) -> Card:
    full = details(job)[0]
    if elapsed is not None:
        left = f"Looking for it · {minutes(elapsed)}"
        return Card("Outcome unknown", Tone.ODD, prompt, full, "The connection broke.", left)
    choose: Verbs = (("Choose…", "choose"),) if found else ()
    buttons = (*choose, SEND_AGAIN) if found else (SEND_AGAIN, FORGET)
    menu = (*choose, SEND_AGAIN, FORGET, DETAILS, USE)
    left = f"{'One clip' if found == 1 else f'{found} clips'} could be it" if found else "Not found in your account"
    return Card("Outcome unknown", Tone.ODD, prompt, full, "No answer came.", left, buttons=buttons, menu=menu)


def _refused(job: Job, prompt: str, refused: states.Refused) -> Card:
    said = refused.said.lower()
    fix, why = USE, _WHY_REFUSED[refused.why]
    if "prompt_enhance" in said and job.draft.prompt_enhance is not None:
        fix, why = ("Remove and send", "remove_enhance_and_send"), "Prompt enhancement was refused."
    elif "seed" in said and job.draft.seed is not None:
        fix, why = ("Remove and send", "remove_seed_and_send"), "The seed was refused."
    elif refused.why in (Refusal.KEY, Refusal.CREDIT):
        fix = RETRY
    full = "\n".join(part for part in details(job) if part)
    menu = tuple(dict.fromkeys((fix, DETAILS, RETRY, USE, REMOVE)))
    return Card("Refused · not charged", Tone.BAD, prompt, full, why, buttons=(fix, DETAILS), menu=menu)


def _charge(job: Job) -> str:
    return f"May have cost {job.cost}" if job.cost else "May have been charged"
