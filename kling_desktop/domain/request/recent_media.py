"""Images that were used recently, to be picked again with one click."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kling_desktop.domain.request.draft import LocalImage, Media, Placeholder, StoredMedia

MAX_RECENT = 12


@dataclass(frozen=True, slots=True)
class RecentItem:
    """A recent image.

    Attributes:
        account: The account that its ID belongs to; "" for an image on this machine, which every account can use.
    """

    media: Media
    account: str = ""

    def is_foreign(self, account: str) -> bool:
        """Whether an account can't use it. False while no account is known."""
        return bool(self.account and account and self.account != account)


def with_recent(recents: Sequence[RecentItem], images: Iterable[Media], account: str) -> tuple[RecentItem, ...]:
    """Return the recent images with `images` as the latest, each once."""
    new = [
        RecentItem(image, account if isinstance(image, StoredMedia) else "")
        for image in images
        if not isinstance(image, Placeholder)
    ]
    each = {_key(recent): recent for recent in (*reversed(recents), *new)}
    # An image that is used again becomes the latest.
    order = dict.fromkeys(map(_key, (*reversed(new), *recents)))
    return tuple(each[name] for name in order)[:MAX_RECENT]


def _key(recent: RecentItem) -> tuple[str, str]:
    match recent.media:
        case LocalImage(file=file):
            return "", file
        case StoredMedia(id=media_id):
            return recent.account, media_id
    raise AssertionError("placeholders are never kept")
