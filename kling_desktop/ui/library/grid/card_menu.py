"""The menus on the grid: what one card offers, and what can be done with several that are selected."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.jobs.actions import (
    ACTIONS,
    Action,
    ActionPlace,
    ActionRequest,
    ExportAction,
    JobAction,
    Offer,
    Pane,
    ReuseAction,
    ReviewAction,
    menu_text,
    offered_at,
    stars_label,
    takes_label,
)
from kling_desktop.ui.widgets.menu import Menu

_CANNOT_COMPARE = "Select two to four clips to compare them"
_KEEPS_FILE = "Remove from list, keep the file"


class CardMenu(Menu):
    """What can be done with jobs and clips. It deletes itself once it is closed.

    Args:
        parent: The widget that the menu belongs to.
        jobs: The IDs of the jobs or clips that it is about, if they are known.
        clips: The library's numbers of the clips among them.
    """

    action_requested = Signal(object)
    """An ActionRequest."""

    def __init__(self, parent: QWidget, jobs: tuple[str, ...], clips: tuple[int, ...]) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._clips = clips
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def offer_for_several(self, *, can_compare: bool) -> None:
        """Fill the menu for a selection of several cards."""
        if can_compare:
            self._add(self, Offer(JobAction.COMPARE, len(self._jobs)), jobs=self._jobs)
        else:
            self.addAction(_CANNOT_COMPARE).setEnabled(False)
        self._add_exports()
        self._add_review()
        if self._clips:
            self._add(self, Offer(JobAction.DELETE_AT_LEONARDO, len(self._clips)), clips=self._clips)

    def offer_for_clip(self, offers: Iterable[Offer]) -> None:
        """Fill the menu for one clip. offers: what its card offers."""
        taking_away = [offer for offer in offers if ACTIONS[offer.action].destructive]
        for offer in offers:
            if offer not in taking_away:
                self._add(self, offer, jobs=self._jobs)
            if offer.action is ReuseAction.USE_SETTINGS:
                self._add_reuse()
            if offer.action is ExportAction.SHOW_IN_FOLDER:
                self._add_exports()
        self._add_review()
        for offer in taking_away:
            label = _KEEPS_FILE if offer.action is JobAction.REMOVE else offer.label
            self._add(self, offer, label, jobs=self._jobs)

    def offer_for_job(self, offers: Iterable[Offer]) -> None:
        """Fill the menu for a job that is no clip. offers: what its card offers."""
        for offer in offers:
            key = ACTIONS[ReviewAction.TRASH].key if offer.action is JobAction.REMOVE else None
            self._add(self, offer, key=key, jobs=self._jobs)

    def _add_reuse(self) -> None:
        inner = self.add_submenu("New from this clip")
        for action in offered_at(ActionPlace.REUSE_MENU):
            for value in ACTIONS[action].keys.values():
                label = takes_label(value) if action is ReuseAction.MORE_TAKES else ""
                self._add(inner, Offer(action), label, value=value, jobs=self._jobs)

    def _add_exports(self) -> None:
        if not self._clips:
            return
        inner = self.add_submenu("Export")
        for action in offered_at(ActionPlace.EXPORT_MENU):
            offer = Offer(action, len(self._clips))
            if offer.label:
                self._add(inner, offer, clips=self._clips)

    def _add_review(self) -> None:
        """What can be done with all that are selected; what takes them away comes last."""
        self.addSeparator()
        is_separated = False
        for action in offered_at(ActionPlace.REVIEW_MENU):
            spec = ACTIONS[action]
            if spec.destructive and not is_separated:
                self.addSeparator()
                is_separated = True
            if action is ReviewAction.RATE:
                inner = self.add_submenu(spec.label)
                for key, stars in spec.keys.items():
                    self._add(inner, Offer(action), stars_label(stars), key, value=stars, clips=self._clips)
            else:
                clips = () if action is ReviewAction.TRASH_REJECTS else self._clips
                self._add(self, Offer(action, len(self._clips)), clips=clips)

    def _add(
        self,
        menu: Menu,
        offer: Offer,
        label: str = "",
        key: str | None = None,
        *,
        jobs: tuple[str, ...] = (),
        clips: tuple[int, ...] = (),
        value: int = 0,
    ) -> None:
        """Add one item.

        Args:
            menu: This menu or one inside it.
            offer: What the item does.
            label: Its words, where they differ from the offer's.
            key: The key beside them, where it differs from the action's.
            jobs: The IDs of what it is done to.
            clips: The library's numbers of what it is done to.
            value: What the request carries beside them.
        """
        request = ActionRequest(offer.action, jobs, clips, value)
        words = menu_text(label or offer.label, _library_key(offer.action) if key is None else key)
        menu.addAction(words, partial(self.action_requested.emit, request))


def _library_key(action: Action) -> str:
    spec = ACTIONS[action]
    return spec.key if Pane.LIBRARY in spec.panes else ""
