"""What the form asks the connected account while it is filled in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.domain.spending.prices import SNAPSHOT_PRICES, Prices, Quote, snapshot_quote
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice


@dataclass(frozen=True, slots=True)
class FormSources:
    """Every call answers at once, from memory; only `clip_of` may take its time, in the background. The defaults are
    the answers while no account is connected.

    Attributes:
        poster_of: the local picture of an image or video at the service, by its ID.
        preset_poster: the poster of the latest clip made with the preset of an ID.
        earlier_prompts: the prompts already sent, latest first.
        clips: the clips that can be edited, newest first.
        clip_of: the job of the clip in the library with the content of a digest.
        upload_of: how far a slot's image is on its way to the service; None before it has set out.
        quote_of: what Generate is likely to cost.
        prices: the prices in force.
    """

    poster_of: Callable[[str], Path | None] = lambda _id: None
    preset_poster: Callable[[str], Path | None] = lambda _id: None
    earlier_prompts: Callable[[], Sequence[str]] = tuple
    clips: Callable[[], Sequence[ClipChoice]] = tuple
    clip_of: Callable[[str], Job | None] = lambda _digest: None
    upload_of: Callable[[Slot, LocalImage], UploadStatus | None] = lambda _slot, _image: None
    quote_of: Callable[[Draft], Quote] = snapshot_quote
    prices: Callable[[], Prices] = lambda: SNAPSHOT_PRICES


NO_ACCOUNT = FormSources()
