"""The places that a printed sample leaves for the reader to fill in: <YOUR_START_IMAGE_ID>, YOUR_SEED."""

import re

from kling_desktop.domain.request.draft import Placeholder

_PLACE = re.compile(r"<[A-Za-z][A-Za-z0-9_ -]{0,60}>|YOUR_[A-Z0-9_]{1,60}")


def parse_placeholder(text: str) -> Placeholder | None:
    """The placeholder that a text is, whole; None when it is anything else."""
    return Placeholder(text.strip()) if _PLACE.fullmatch(text.strip()) else None
