"""The menus on the grid: what one card offers, and what can be done with several that are chosen."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from kling_desktop.ui.export.export_actions import Deed, for_one, for_several
from kling_desktop.ui.library.grid.review_keys import DEEDS, MORE_VERBS, RATINGS, VERBS

_DEEDS = (
    ("Pick", "pick"),
    ("Reject", "reject"),
    ("Notes…", "notes"),
    ("Tags…", "tags"),
    ("Move to the bin", "bin"),
    ("Bin all rejects shown", "clear_rejects"),
)
_DEED_KEYS = {deed: key for key, deed in DEEDS.items()}
_VERB_KEYS = {verb: key for key, verb in VERBS.items()}
_WHY_NOT_COMPARED = "Two to four clips can be compared"
_LAST = {"remove": "Remove from list, keep the file", "delete_at_leonardo": ""}
"""What stands at the end of a clip's menu, in other words than on its card."""


class CardMenu(QMenu):
    """Gone once it is closed. clips: how many clips it is about."""

    verb_chosen = Signal(str)
    """What is to be done with the one card: a verb of `cards`."""
    culled = Signal(str)
    """What is to be done to all that are chosen: a deed of `cull_keys`."""
    handed_on = Signal(str)
    """How its clips are to be handed on: a Deed."""
    compared = Signal()
    deleted_there = Signal()

    def __init__(self, parent: QWidget, clips: int) -> None:
        super().__init__(parent)
        self._clips = clips
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def offer_for_several(self, cards: int, *, can_compare: bool) -> None:
        """cards: how many are chosen, clips or not."""
        if can_compare:
            self.addAction(f"Compare {cards} takes\tEnter", self.compared.emit)
        else:
            self.addAction(_WHY_NOT_COMPARED).setEnabled(False)
        self._offer_handing_on()
        self._offer_deeds()
        if self._clips:
            self.addAction(f"Delete {self._clips:,} at Leonardo too…", self.deleted_there.emit)

    def offer_for_clip(self, offered: Sequence[tuple[str, str]]) -> None:
        """offered: what its card does, (label, verb) of each."""
        for label, verb in offered:
            if verb not in _LAST:
                self._offer(self, label, verb, _VERB_KEYS.get(verb))
            if verb == "use_settings":
                further = self.addMenu("Go on")
                for more, words in MORE_VERBS.items():
                    self._offer(further, words, more, _VERB_KEYS.get(more))
            if verb == Deed.SHOW_IN_FOLDER:
                self._offer_handing_on()
        self._offer_deeds()
        for label, verb in offered:
            if verb in _LAST:
                self._offer(self, _LAST[verb] or label, verb)

    def offer_for_job(self, offered: Sequence[tuple[str, str]]) -> None:
        """The same of what is no clip."""
        for label, verb in offered:
            self._offer(self, label, verb, "Del" if verb == "remove" else _VERB_KEYS.get(verb))

    def _offer(self, to: QMenu, label: str, verb: str, key: str | None = None) -> None:
        to.addAction(_with_key(label, key), partial(self.verb_chosen.emit, verb))

    def _offer_deeds(self) -> None:
        """What can be done to all that are chosen; what takes them away comes last."""
        self.addSeparator()
        rating = self.addMenu("Rate")
        for key, deed in RATINGS.items():
            rating.addAction(_with_key("★" * int(key) or "No stars", key), partial(self.culled.emit, deed))
        for label, deed in _DEEDS:
            if deed == "bin":
                self.addSeparator()
            self.addAction(_with_key(label, _DEED_KEYS[deed]), partial(self.culled.emit, deed))

    def _offer_handing_on(self) -> None:
        if not self._clips:
            return
        inner = self.addMenu("Hand on")
        offers = for_several() if self._clips > 1 else for_one()
        for offer in (offer for offer in offers if offer.deed != Deed.SHOW_IN_FOLDER):  # it stands beside already
            words = offer.of_several.format(n=self._clips) if self._clips > 1 else offer.words
            inner.addAction(_with_key(words, offer.key), partial(self.handed_on.emit, offer.deed))


def _with_key(words: str, key: str | None) -> str:
    return f"{words}\t{key}" if key else words
