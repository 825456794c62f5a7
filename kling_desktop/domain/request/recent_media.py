"""Pictures that were put into the form lately, to be taken again with one click."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kling_desktop.domain.request.draft import LocalImage, Media, Placeholder, StoredMedia

MAX_RECENT = 12


@dataclass(frozen=True, slots=True)
class RecentItem:
    """account: whose the ID is; "" for a picture on this machine, which any account can be given."""

    media: Media
    account: str = ""

    def is_foreign(self, account: str) -> bool:
        """Whether it means nothing to that account; nobody knows before there is one."""
        return bool(self.account and account and self.account != account)


def with_recent(recents: Sequence[RecentItem], images: Iterable[Media], account: str) -> tuple[RecentItem, ...]:
    """With these as the latest, each once."""
    new = [
        RecentItem(image, account if isinstance(image, StoredMedia) else "")
        for image in images
        if not isinstance(image, Placeholder)
    ]
    each = {_name_of(recent): recent for recent in (*reversed(recents), *new)}
    # Put in again, it is the latest once more.
    order = dict.fromkeys(map(_name_of, (*reversed(new), *recents)))
    return tuple(each[name] for name in order)[:MAX_RECENT]


def _name_of(recent: RecentItem) -> tuple[str, str]:
    match recent.media:
        case LocalImage(file=file):
            return "", file
        case StoredMedia(id=media_id):
            return recent.account, media_id
    raise AssertionError("nobody keeps a place that waits to be filled")
