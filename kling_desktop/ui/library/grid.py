"""The grid of clips and jobs: what the hand and the keys do with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from kling_desktop.domain.query import Query
from kling_desktop.ui.handing.deeds import Deed, for_one, for_several
from kling_desktop.ui.library.cells import SIZES
from kling_desktop.ui.library.clip_drag import drag_clips
from kling_desktop.ui.library.cull_keys import DEEDS, MORE_VERBS, RATINGS, VERBS, pressed
from kling_desktop.ui.library.lit_grid import LitGrid
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.theme import Theme

MOST_COMPARED = 4
_NOTCH = 120
_REMEMBERED = 500
_DEEDS = (
    ("Pick", "pick"),
    ("Reject", "reject"),
    ("Notes…", "notes"),
    ("Tags…", "tags"),
    ("Move to the bin", "bin"),
    ("Bin all rejects shown", "clear_rejects"),
)

_WHY_NOT_COMPARED = "Two to four clips can be compared"
_LAST = {"remove": "Remove from list, keep the file", "delete_at_leonardo": ""}
"""What stands at the end of a clip's menu, in other words than on its card."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was chosen in the list of a query: the row with the keyboard and its clip, -1 for none, and all others."""

    query: Query
    row: int
    current: int
    chosen: frozenset[int]


class Grid(LitGrid):
    """Shows a LibraryModel. A click or Enter opens a clip; the verbs of a card are its buttons and its menu. The single
    keys are those of `cull_keys`.

    Where a card that is no clip is opened, its menu comes up instead. Ctrl, Shift and a band drawn from between the
    cards choose several; Enter then compares them, if they are two to four clips. Ctrl
    with the wheel, + or − makes cards larger or smaller.
    """

    opened = Signal(str)
    """A job's ID: show its clip."""
    verb_chosen = Signal(str, str)
    """A job's ID and what to do with it: a verb of `cards`."""
    resized = Signal(int)
    """The user has chosen another of `SIZES`."""
    compared = Signal(object)
    """The IDs of the jobs whose clips are to be shown together, in the order of the grid."""
    culled = Signal(str, object)
    """What is to be done to clips, a deed of `cull_keys`, and their numbers."""
    elsewhere_asked = Signal(QPoint)
    """A menu is wanted beside the cards, there on the screen."""
    looked_at = Signal()
    """Space: a quick look at the current one, or no longer."""
    handed_on = Signal(object, str)
    """The numbers of the clips that are to be handed on, in the order of the grid, and the deed."""
    deleted_there = Signal(object)
    """The numbers of clips that are to be deleted at Leonardo."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self._turned = 0
        self._kept = _Kept(model.query, -1, -1, frozenset())
        self._held = Qt.KeyboardModifier.NoModifier
        self.setAccessibleName("Clips")
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMinimumWidth(232)
        model.modelAboutToBeReset.connect(self._remember_chosen)
        model.modelReset.connect(self._begin_at_the_top)
        model.modelReset.connect(self._choose_again)
        model.completed.connect(self._choose_what_came)
        self.clicked.connect(self._clicked)

    def larger(self, steps: int) -> None:
        """Cards some steps larger, or smaller for less than 0; a list becomes cards."""
        size = max(0, min(self._size + steps, len(SIZES) - 1))
        if size != self._size or self._is_list:
            self.show_size(size, as_list=False)
            self.resized.emit(size)

    # The hand and the keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._hovered_verb:
            self._pressed_verb = self._hovered_verb
            self.setCurrentIndex(self._under_pointer())
            self.update(self._under_pointer())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pressed_verb:
            super().mouseMoveEvent(event)
        self._point_at(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        verb, self._pressed_verb = self._pressed_verb, ""
        if not verb:
            self._held = event.modifiers()
            super().mouseReleaseEvent(event)
            return
        self.update(self.currentIndex())
        if verb == self._hovered_verb and self._hovered == self.currentIndex():
            self._emit_verb(self._hovered.row(), verb)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if steps := _steps(event):
            self.larger(steps)
            return
        key = pressed(event)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._hand_on(Deed.COPY_FILE)
        elif key in DEEDS:
            self._cull(DEEDS[key])
        elif key in VERBS and index.isValid():
            self._emit_verb(index.row(), VERBS[key])
        elif not plain or not index.isValid():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._can_compare():
            self._compare()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(index)
        elif event.key() == Qt.Key.Key_Space:
            self.looked_at.emit() if self._is_clip(index) else self._open(index)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            # Of a touch pad many small turns come; a step is as far as a notch of a wheel.
            self._turned += event.angleDelta().y()
            steps, self._turned = int(self._turned / _NOTCH), self._turned - _NOTCH * int(self._turned / _NOTCH)
            if steps:
                self.larger(steps)
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if by_key else event.pos()
            several = len(self._chosen_rows()) > 1 and self.selectionModel().isSelected(index)
            self._offer_for_several(at) if several else self._offer_verbs(index, at)
        else:
            self.elsewhere_asked.emit(event.globalPos())

    def startDrag(self, _supported: Qt.DropAction) -> None:
        index = self.currentIndex()
        rows = self._chosen_rows() if self.selectionModel().isSelected(index) else [index.row()]
        jobs = [job for row in rows if row >= 0 and (job := self._library.job(row))]
        drag_clips(self, self._theme, jobs, self._library.poster(index.row()) if jobs else None)

    def _clicked(self, index: QModelIndex) -> None:
        if self._is_clip(index) and self._held == Qt.KeyboardModifier.NoModifier:
            self._open(index)

    # What is chosen

    def _chosen_rows(self) -> list[int]:
        """Those that are selected, or else the one with the keyboard."""
        current = [self.currentIndex().row()] if self.currentIndex().isValid() else []
        return self.selected_rows() or current

    def _clip_numbers(self, rows: Sequence[int]) -> tuple[int, ...]:
        return tuple(number for row in rows if (number := self._library.number(row)) is not None)

    def _can_compare(self) -> bool:
        rows = self._chosen_rows()
        return 2 <= len(rows) <= MOST_COMPARED and all(self._is_clip(self._library.index(row)) for row in rows)

    def _compare(self) -> None:
        self.compared.emit(tuple(job.id for row in self._chosen_rows() if (job := self._library.job(row))))

    def _cull(self, deed: str) -> None:
        """Do that to the clips that are chosen; of jobs, those that ended leave the list when the others are binned."""
        rows = self._chosen_rows()
        numbers = self._clip_numbers(rows)
        if deed == "bin":
            jobs = ((row, job) for row in rows if (job := self._library.unfinished(row)))
            for job in [job for row, job in jobs if self._library.card(row).offers("remove")]:
                self.verb_chosen.emit(job.id, "remove")
        if numbers or deed == "clear_rejects":
            self.culled.emit(deed, numbers)

    def _hand_on(self, deed: Deed) -> None:
        if numbers := self._clip_numbers(self._chosen_rows()):
            self.handed_on.emit(numbers, deed)

    def _open(self, index: QModelIndex) -> None:
        if self._is_clip(index):
            self._emit_verb(index.row(), "open")
        else:
            self._offer_verbs(index, self.visualRect(index).center())

    def _emit_verb(self, row: int, verb: str) -> None:
        if job := self._library.job(row):
            self._choose(job.id, verb)

    def _choose(self, job_id: str, verb: str) -> None:
        if verb == "open":
            self.opened.emit(job_id)
        else:
            self.verb_chosen.emit(job_id, verb)

    def _remember_chosen(self) -> None:
        if not self._library.is_whole and not self._chosen_rows():
            return  # what was chosen in the list before may have been still to come
        row, rows = self.currentIndex().row(), self.selected_rows()
        [current] = self._library.numbers_of([row]) if row >= 0 and self._library.number(row) is not None else [-1]
        chosen = self._library.numbers_of(rows) if len(rows) <= _REMEMBERED else []
        self._kept = _Kept(self._library.query, row, current, frozenset(chosen))

    def _begin_at_the_top(self) -> None:
        """What answers another question is read from its beginning; a clip that is chosen still leads to its place."""
        if self._kept.query != self._library.query:
            self.verticalScrollBar().setValue(0)

    def _choose_again(self) -> None:
        """The same clips as before, where another list shows them too; of the same list, the place of one that left."""
        kept = self._kept
        self._point_at(QPoint(-1, -1))
        selection = self.selectionModel()
        selection.select(self._ranges(self._library.rows_of(kept.chosen)), selection.SelectionFlag.ClearAndSelect)
        rows = list(self._library.rows_of({kept.current}))
        if not rows and kept.row >= 0 and kept.query == self._library.query and self._library.rowCount():
            rows = [min(kept.row, self._library.rowCount() - 1)]
        for row in rows:
            selection.setCurrentIndex(self._index(row), selection.SelectionFlag.NoUpdate)
        self._tell_chosen()  # a reset takes the choice away without a word

    def _choose_what_came(self) -> None:
        if not self._chosen_rows():
            self._choose_again()

    # What is offered

    def _offer_for_several(self, at: QPoint) -> None:
        rows = self._chosen_rows()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._can_compare():
            menu.addAction(f"Compare {len(rows)} takes\tEnter", self._compare)
        else:
            menu.addAction(_WHY_NOT_COMPARED).setEnabled(False)
        self._offer_handing_on(menu, rows)
        self._offer_deeds(menu)
        if numbers := self._clip_numbers(rows):
            menu.addAction(f"Delete {len(numbers):,} at Leonardo too…", partial(self.deleted_there.emit, numbers))
        menu.popup(self.viewport().mapToGlobal(at))

    def _offer_verbs(self, index: QModelIndex, at: QPoint) -> None:
        job, offered = self._library.job(index.row()), self._library.card(index.row()).menu
        if job is None or not offered:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_clip = self._is_clip(index)
        keys = {verb: key for key, verb in VERBS.items()} | ({} if is_clip else {"remove": "Del"})

        def offer(to: QMenu, label: str, verb: str) -> None:
            key = f"\t{keys[verb]}" if verb in keys else ""
            to.addAction(label + key, partial(self._choose, job.id, verb))

        for label, verb in offered:
            if not is_clip or verb not in _LAST:
                offer(menu, label, verb)
            if is_clip and verb == "use_settings":
                further = menu.addMenu("Go on")
                for more, words in MORE_VERBS.items():
                    offer(further, words, more)
            if verb == Deed.SHOW_IN_FOLDER:
                self._offer_handing_on(menu, [index.row()])
        if is_clip:
            self.setCurrentIndex(index)
            self._offer_deeds(menu)
            for label, verb in offered:
                if verb in _LAST:
                    offer(menu, _LAST[verb] or label, verb)
        menu.popup(self.viewport().mapToGlobal(at))

    def _offer_deeds(self, menu: QMenu) -> None:
        """What can be done to all that are chosen; what takes them away comes last."""
        menu.addSeparator()
        rating = menu.addMenu("Rate")
        for key, deed in RATINGS.items():
            rating.addAction(f"{'★' * int(key) or 'No stars'}\t{key}", partial(self._cull, deed))
        for label, deed in _DEEDS:
            if deed == "bin":
                menu.addSeparator()
            key = next(key for key, one in DEEDS.items() if one == deed)
            menu.addAction(f"{label}\t{key}", partial(self._cull, deed))

    def _offer_handing_on(self, menu: QMenu, rows: Sequence[int]) -> None:
        numbers = self._clip_numbers(rows)
        if not numbers:
            return
        inner = menu.addMenu("Hand on")
        offers = for_several() if len(numbers) > 1 else for_one()
        for offer in (offer for offer in offers if offer.deed != Deed.SHOW_IN_FOLDER):  # it stands beside already
            words = offer.of_several.format(n=len(numbers)) if len(numbers) > 1 else offer.words
            key = f"\t{offer.key}" if offer.key else ""
            inner.addAction(words + key, partial(self.handed_on.emit, numbers, offer.deed))


def _steps(event: QKeyEvent) -> int:
    """How much larger a key makes the cards: Ctrl + and −."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 0
    steps: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
    return steps.get(event.key(), 0)
