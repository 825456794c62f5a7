"""What a button, a key or a menu item does to jobs and clips.

`ACTIONS` is the one table of all of them. Cards, menus, the viewer, the queue and the list of shortcuts are made from
it. A view says what the user wants with an `ActionRequest`; the controllers match on its action.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType

from kling_desktop.domain.text import plural


class JobAction(Enum):
    """What happens to a job on its way, or to a clip as a whole."""

    OPEN = auto()
    COMPARE = auto()
    UNDO = auto()
    CANCEL = auto()
    WITHDRAW = auto()
    EDIT = auto()
    PAUSE = auto()
    SEND_NOW = auto()
    MOVE_TO_FRONT = auto()
    RETRY = auto()
    RETRY_WITHOUT_SEED = auto()
    RETRY_WITHOUT_ENHANCEMENT = auto()
    CHANGE_KEY = auto()
    OPEN_BILLING = auto()
    CHOOSE_CLIP = auto()
    SEND_AGAIN = auto()
    SAVE_ELSEWHERE = auto()
    SHOW_DETAILS = auto()
    DOWNLOAD_AGAIN = auto()
    FIND_FILE = auto()
    FORGET = auto()
    COPY_URL = auto()
    DELETE_AT_LEONARDO = auto()
    REMOVE = auto()


class ReuseAction(Enum):
    """What fills the form from a job or a clip."""

    CONTINUE = auto()
    EDIT_VIDEO = auto()
    USE_SETTINGS = auto()
    USE_PROMPT = auto()
    USE_SEED = auto()
    RUN_AGAIN = auto()
    MORE_TAKES = auto()
    SHORTEN_PROMPT = auto()
    USE_START_FRAME = auto()
    USE_END_FRAME = auto()
    USE_REFERENCE = auto()


class ReviewAction(Enum):
    """What the user thinks of clips, and what follows from it."""

    RATE = auto()
    PICK = auto()
    REJECT = auto()
    UNFLAG = auto()
    EDIT_NOTES = auto()
    EDIT_TAGS = auto()
    TRASH = auto()
    TRASH_REJECTS = auto()


class ExportAction(Enum):
    """What takes clips out of the app."""

    COPY_FILE = auto()
    COPY_FRAME = auto()
    EXPORT = auto()
    JOIN = auto()
    CONTACT_SHEET = auto()
    ANIMATE = auto()
    SHOW_IN_FOLDER = auto()
    COPY_ID = auto()
    COPY_CURL = auto()


Action = JobAction | ReuseAction | ReviewAction | ExportAction


class ActionPlace(Enum):
    """Where actions are offered by a button or in a menu."""

    CARD = auto()
    """A card of the grid or a row of the queue; which ones depends on the job's state."""
    SELECTION_MENU = auto()
    REUSE_MENU = auto()
    EXPORT_MENU = auto()
    REVIEW_MENU = auto()
    LIBRARY_MENU = auto()
    VIEWER_REVIEW = auto()
    VIEWER_REUSE = auto()
    VIEWER_EXPORT = auto()
    VIEWER_MORE = auto()
    FRAME_MENU = auto()
    QUEUE_BAR = auto()


class Pane(Enum):
    """Where an action's key works."""

    LIBRARY = auto()
    VIEWER = auto()
    QUEUE = auto()


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """What the user asked for.

    Args:
        action: What to do.
        jobs: The IDs of the jobs and clips to do it to.
        clips: The library's numbers of clips to do it to, where clips that aren't loaded may be among them.
        value: The stars of a rating, the number of takes, or the number of a frame, 0 first.
    """

    action: Action
    jobs: tuple[str, ...] = ()
    clips: tuple[int, ...] = ()
    value: int = 0


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """How an action is offered.

    Args:
        label: Its words for one job; empty if it takes several.
        label_for_many: Its words for several, with {count}; empty if it takes one alone.
        keys: The keys for it, each with the value it gives.
        panes: Where the keys work.
        places: Where a button or a menu item stands.
        icon: Of its button, where that has one.
        tip: More than the label says.
        destructive: Whether it takes something away. Such actions come last in a menu.
    """

    label: str
    label_for_many: str = ""
    keys: Mapping[str, int] = field(default_factory=dict)
    panes: frozenset[Pane] = frozenset()
    places: frozenset[ActionPlace] = frozenset()
    icon: str = ""
    tip: str = ""
    destructive: bool = False

    @property
    def key(self) -> str:
        """The key to show beside its words; "" if it has none."""
        return next(iter(self.keys), "")

    def many(self, count: int) -> str:
        """Its words for so many; "" if it takes one alone."""
        return self.label_for_many.format(count=f"{count:,}")

    @property
    def name(self) -> str:
        """Its words in a list of actions: "Export", "Compare clips"."""
        return (self.label or " ".join(self.label_for_many.format(count="").split())).rstrip("…")


def _key(key: str, value: int = 0) -> Mapping[str, int]:
    return MappingProxyType({key: value})


_QUEUE = frozenset({Pane.QUEUE})
_LIBRARY = frozenset({Pane.LIBRARY})
_VIEWER = frozenset({Pane.VIEWER})
_CLIPS = _LIBRARY | _VIEWER
_CARD = frozenset({ActionPlace.CARD})
_QUEUE_BAR = frozenset({ActionPlace.QUEUE_BAR})
_REVIEW = frozenset({ActionPlace.REVIEW_MENU})
_REUSE = frozenset({ActionPlace.REUSE_MENU, ActionPlace.VIEWER_REUSE})
_FRAME = frozenset({ActionPlace.FRAME_MENU})
_AT_HAND = frozenset({ActionPlace.EXPORT_MENU, ActionPlace.VIEWER_EXPORT})
_MORE = frozenset({ActionPlace.EXPORT_MENU, ActionPlace.VIEWER_MORE})

USUAL_TAKES = 3
"""How many more takes the key asks for."""

ACTIONS: Mapping[Action, ActionSpec] = MappingProxyType(
    {
        JobAction.OPEN: ActionSpec("Open", keys=_key("Enter"), panes=_LIBRARY, places=_CARD),
        JobAction.COMPARE: ActionSpec(
            "",
            "Compare {count} clips",
            keys=_key("Enter"),
            panes=_LIBRARY,
            places=frozenset({ActionPlace.SELECTION_MENU}),
        ),
        JobAction.UNDO: ActionSpec("Undo", "Undo all {count}", places=_CARD),
        JobAction.CANCEL: ActionSpec("Cancel", places=_CARD, destructive=True),
        JobAction.WITHDRAW: ActionSpec("Cancel, forget or remove", keys=_key("Del"), panes=_QUEUE, destructive=True),
        JobAction.RETRY: ActionSpec(
            "Try again",
            "Try {count} again",
            places=_CARD | _QUEUE_BAR,
            icon="refresh",
            tip="Send again what failed or was refused and may work now",
        ),
        JobAction.SEND_NOW: ActionSpec(
            "Send now",
            "Send {count}",
            keys=_key("Space"),
            panes=_QUEUE,
            places=_CARD | _QUEUE_BAR,
            icon="send",
            tip="Send everything that is paused, in this order",
        ),
        JobAction.PAUSE: ActionSpec(
            "Pause",
            "Pause {count}",
            keys=_key("Space"),
            panes=_QUEUE,
            places=_CARD | _QUEUE_BAR,
            icon="pause",
            tip="Pause everything that hasn't been sent yet",
        ),
        JobAction.EDIT: ActionSpec("Edit", keys=_key("F2"), panes=_QUEUE, places=_CARD),
        JobAction.MOVE_TO_FRONT: ActionSpec("Move to front", keys=_key("Alt+Home"), panes=_QUEUE, places=_CARD),
        JobAction.RETRY_WITHOUT_SEED: ActionSpec("Send without seed", places=_CARD),
        JobAction.RETRY_WITHOUT_ENHANCEMENT: ActionSpec("Send without enhancement", places=_CARD),
        JobAction.CHANGE_KEY: ActionSpec("Change key…", places=_CARD),
        JobAction.OPEN_BILLING: ActionSpec("Open billing", places=_CARD),
        JobAction.CHOOSE_CLIP: ActionSpec("Choose…", places=_CARD),
        JobAction.SEND_AGAIN: ActionSpec("Send again…", places=_CARD),
        JobAction.SAVE_ELSEWHERE: ActionSpec("Save elsewhere…", places=_CARD),
        JobAction.SHOW_DETAILS: ActionSpec("Details", places=_CARD),
        JobAction.DOWNLOAD_AGAIN: ActionSpec("Download again", places=_CARD),
        JobAction.FIND_FILE: ActionSpec("Find…", places=_CARD),
        JobAction.FORGET: ActionSpec("Forget…", places=_CARD, destructive=True),
        JobAction.DELETE_AT_LEONARDO: ActionSpec(
            "Also delete at Leonardo…",
            "Also delete {count} at Leonardo…",
            places=_CARD | {ActionPlace.SELECTION_MENU, ActionPlace.VIEWER_MORE},
            destructive=True,
        ),
        JobAction.REMOVE: ActionSpec(
            "Remove from list",
            "Remove finished",
            places=_CARD | _QUEUE_BAR,
            tip="Remove finished jobs from the list",
            destructive=True,
        ),
        ReuseAction.CONTINUE: ActionSpec("Continue from last frame", keys=_key("C"), panes=_CLIPS, places=_REUSE),
        ReuseAction.EDIT_VIDEO: ActionSpec(
            "Edit video", keys=_key("E"), panes=_CLIPS, places=_CARD | {ActionPlace.VIEWER_REUSE}
        ),
        ReuseAction.USE_SETTINGS: ActionSpec(
            "Use settings", keys=_key("U"), panes=_CLIPS, places=_CARD | {ActionPlace.VIEWER_REUSE}
        ),
        ReuseAction.USE_PROMPT: ActionSpec("Use prompt", keys=_key("Shift+U"), panes=_CLIPS, places=_REUSE),
        ReuseAction.USE_SEED: ActionSpec("Use seed", keys=_key("S"), panes=_CLIPS, places=_REUSE),
        ReuseAction.RUN_AGAIN: ActionSpec("Run again", keys=_key("R"), panes=_CLIPS, places=_REUSE),
        ReuseAction.MORE_TAKES: ActionSpec(
            "More takes", keys=_key("Shift+R", USUAL_TAKES), panes=_CLIPS, places=_REUSE
        ),
        ReuseAction.SHORTEN_PROMPT: ActionSpec("Shorten prompt", places=_CARD),
        ReuseAction.USE_START_FRAME: ActionSpec("As start frame", places=_FRAME),
        ReuseAction.USE_END_FRAME: ActionSpec("As end frame", places=_FRAME),
        ReuseAction.USE_REFERENCE: ActionSpec("As a reference", places=_FRAME),
        ReviewAction.RATE: ActionSpec(
            "Rate",
            "Rate",
            keys=MappingProxyType({str(stars): stars for stars in range(6)}),
            panes=_CLIPS,
            places=_REVIEW | {ActionPlace.VIEWER_REVIEW},
        ),
        ReviewAction.PICK: ActionSpec(
            "Pick", "Pick", keys=_key("P"), panes=_CLIPS, places=_REVIEW | {ActionPlace.VIEWER_REVIEW}, icon="flag"
        ),
        ReviewAction.REJECT: ActionSpec(
            "Reject", "Reject", keys=_key("X"), panes=_CLIPS, places=_REVIEW | {ActionPlace.VIEWER_REVIEW}, icon="close"
        ),
        ReviewAction.UNFLAG: ActionSpec("Remove mark", "Remove mark", keys=_key("Shift+X"), panes=_CLIPS),
        ReviewAction.EDIT_NOTES: ActionSpec("Notes…", "Notes…", keys=_key("N"), panes=_CLIPS, places=_REVIEW),
        ReviewAction.EDIT_TAGS: ActionSpec("Tags…", "Tags…", keys=_key("T"), panes=_CLIPS, places=_REVIEW),
        ReviewAction.TRASH: ActionSpec(
            "Move to trash", "Move to trash", keys=_key("Del"), panes=_CLIPS, places=_REVIEW, destructive=True
        ),
        ReviewAction.TRASH_REJECTS: ActionSpec(
            "Move all rejects to trash",
            "Move all rejects to trash",
            keys=_key("Ctrl+Del"),
            panes=_LIBRARY,
            places=_REVIEW | {ActionPlace.LIBRARY_MENU},
            destructive=True,
        ),
        ExportAction.COPY_FILE: ActionSpec(
            "Copy file",
            "Copy {count} files",
            keys=_key("Ctrl+C"),
            panes=_CLIPS,
            places=_AT_HAND,
            tip="Copy the file, to paste it into a folder or a chat",
        ),
        ExportAction.COPY_FRAME: ActionSpec(
            "Copy frame",
            keys=_key("Ctrl+Shift+C"),
            panes=_VIEWER,
            places=frozenset({ActionPlace.VIEWER_EXPORT}),
            tip="Copy the frame on the screen as a picture",
        ),
        ExportAction.EXPORT: ActionSpec(
            "Export…", "Export {count}…", places=_AT_HAND, tip="Save a copy to a folder of your choice"
        ),
        ExportAction.JOIN: ActionSpec("", "Join {count} clips…", places=frozenset({ActionPlace.EXPORT_MENU})),
        ExportAction.CONTACT_SHEET: ActionSpec(
            "Contact sheet…", "Contact sheet…", places=_MORE, tip="Put its frames on one picture"
        ),
        ExportAction.ANIMATE: ActionSpec(
            "WebP or GIF…", places=_MORE, tip="Make a moving picture that plays by itself in chats and on web pages"
        ),
        ExportAction.SHOW_IN_FOLDER: ActionSpec("Show in folder", places=_CARD | {ActionPlace.VIEWER_EXPORT}),
        ExportAction.COPY_ID: ActionSpec("Copy ID", places=_MORE, tip="Copy Leonardo's ID of the video"),
        JobAction.COPY_URL: ActionSpec("Copy URL", places=_MORE, tip="Copy the video's address at Leonardo"),
        ExportAction.COPY_CURL: ActionSpec(
            "Copy as curl", places=_MORE, tip="Copy the request as a command, without your key"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An action as it is offered: to one job, or to several at once."""

    action: Action
    count: int = 1

    @property
    def label(self) -> str:
        spec = ACTIONS[self.action]
        return spec.many(self.count) if self.count > 1 else spec.label


def offered_at(place: ActionPlace) -> tuple[Action, ...]:
    """The actions that a place offers, in the order of the table."""
    return tuple(action for action, spec in ACTIONS.items() if place in spec.places)


def key_bindings(pane: Pane) -> Mapping[str, tuple[tuple[Action, int], ...]]:
    """Each key that works in a pane, with the actions it stands for and the value it gives them.

    Where one key stands for several actions, at most one of them is possible at a time: Space sends a paused job and
    pauses any other.
    """
    bindings: dict[str, tuple[tuple[Action, int], ...]] = {}
    for action, spec in ACTIONS.items():
        if pane in spec.panes:
            for key, value in spec.keys.items():
                bindings[key] = (*bindings.get(key, ()), (action, value))
    return MappingProxyType(bindings)


def menu_text(words: str, key: str) -> str:
    """The text of a menu item, with its key at the right."""
    return f"{words}\t{key}" if key else words


def takes_label(takes: int) -> str:
    """What asks for that many takes more."""
    return f"{takes} more takes"


def stars_label(stars: int) -> str:
    """What gives a clip that many stars, as a menu item."""
    return plural(stars, one="1 star", other="{count} stars") if stars else "No stars"
