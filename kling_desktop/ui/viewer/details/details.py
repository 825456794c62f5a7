"""What is known of a clip, and where to go on from it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import time

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.draft_from_clip import clip_seed
from kling_desktop.domain.request.form import TAKE_CHOICES
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.ui.export.export_actions import FRAME, Deed, for_one
from kling_desktop.ui.library.cards.card import minutes
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details.collapsible_text import FoldedText
from kling_desktop.ui.viewer.details.lineage_tree import Lineage
from kling_desktop.ui.viewer.details.review import Notes, Verdict
from kling_desktop.ui.viewer.details.side_panel import Side
from kling_desktop.ui.widgets import Button, ElidedLabel, IconButton, LinkButton, label

GO_ON = (
    (("Continue from the last frame", "continue", "C"),),
    (("Edit video", "edit_video", "E"), ("Use settings", "use_settings", "U")),
    (("Use prompt", "use_prompt", "Shift+U"), ("Use seed", "use_seed", "S")),
    (("Run again", "run_again", "R"), ("Takes…", "more_takes", "Shift+R")),
)
"""(what it says, verb, key) of each, side by side in rows."""
_OFFERS = {offer.deed: offer for offer in (*for_one(), FRAME)}
_AT_HAND = ((Deed.COPY_FILE, Deed.COPY_FRAME), (Deed.EXPORT, Deed.SHOW_IN_FOLDER))
HAND_ON = tuple(tuple((_OFFERS[deed].words, str(deed), _OFFERS[deed].key) for deed in pair) for pair in _AT_HAND)
_MORE = tuple(offer for offer in for_one() if all(offer.deed not in pair for pair in _AT_HAND))
_WORDS = 120
USUAL_TAKES = 3
"""How many more takes the key asks for."""


def facts(job: Job, now: float) -> tuple[tuple[str, str], ...]:
    """(name, value) of what is worth knowing about a finished clip."""
    seed, moment, time_taken = clip_seed(job), made(job, now), took(job)
    moment = moment[0].lower() + moment[1:]
    return (
        ("Type", type_of(job.draft).value),
        ("Size", f"{job.draft.size}, {job.draft.duration} s"),
        ("Seed", "not told" if seed is None else str(seed)),
        ("Cost", str(job.cost) if job.cost else "not told"),
        ("Made", f"{moment}, in {time_taken}" if time_taken else moment),
    )


def title(job: Job, now: float) -> tuple[str, str]:
    """What a clip is called, and more faintly: "Take 2", "Noir close-ups"; one that was ordered alone by its moment."""
    moment = made(job, now)
    return (f"Take {job.take}", job.preset_name or moment) if job.takes > 1 else (moment, job.preset_name)


def made(job: Job, now: float) -> str:
    """ "Today, 14:02", in the time of this machine."""
    ended = job.ended_at if job.ended_at is not None else job.created_at
    then, today = datetime.fromtimestamp(ended).astimezone(), datetime.fromtimestamp(now).astimezone()
    days = (today.date() - then.date()).days
    day = {0: "Today", 1: "Yesterday"}.get(days, f"{then.day} {then:%b %Y}")
    return f"{day}, {then:%H:%M}"


def took(job: Job) -> str:
    """From the sending to the clip on disk, in minutes and seconds; "" where that isn't known."""
    return minutes(job.ended_at - job.sent_at) if job.ended_at and job.sent_at else ""


class Details(Side):
    """The side of the viewer."""

    verb_chosen = Signal(str)
    back = Signal()
    neighbour_asked = Signal(int)
    """The clip before (-1) or after (1) this one."""

    def __init__(self, theme: Theme, job: Job, clock: Callable[[], float] = time) -> None:
        super().__init__(theme)
        rows = self.rows
        back = Button(theme, "Back")
        back.setToolTip("Back to the clips (Esc)")
        back.clicked.connect(self.back)
        self._before = IconButton(theme, "chevron-left", "The clip before", shortcut="Page Up", side=24)
        self._after = IconButton(theme, "chevron-right", "The clip after", shortcut="Page Down", side=24)
        self._before.clicked.connect(lambda: self.neighbour_asked.emit(-1))
        self._after.clicked.connect(lambda: self.neighbour_asked.emit(1))
        called, beside = title(job, clock())
        head = QHBoxLayout()
        head.setSpacing(SPACE.S)
        head.addWidget(back)
        head.addWidget(label(called, "title"))
        head.addWidget(ElidedLabel(theme, beside, faint=True), 1)
        head.addWidget(self._before)
        head.addWidget(self._after)
        rows.addLayout(head)
        self.verdict = Verdict(theme)
        rows.addWidget(self.verdict)
        rows.addWidget(FoldedText(theme, job.draft.prompt))
        self.notes = Notes(theme)
        rows.addWidget(self.notes)
        self._known = self._facts(job, clock())
        rows.addLayout(self._known)
        self.add_section("GO ON FROM HERE", self._offers(GO_ON))
        self._more = LinkButton(theme, "More ways…")
        self._more.setToolTip("As a contact sheet, a WebP or GIF, an ID, an address, a command")
        self._more.clicked.connect(self._offer_more)
        self.add_section("HAND ON", self._offers(HAND_ON, with_keys=False), self._more)
        # The last, as it comes later than the rest and may be long: no button moves for it.
        self.lineage = Lineage(theme, job.draft.prompt[:_WORDS].strip())
        rows.addWidget(self.lineage)
        rows.addStretch(1)

    def show_clip(self, clip: Clip) -> None:
        """What is thought of it."""
        self.verdict.show_clip(clip)
        self.notes.show_clip(clip)

    def tell_of_sound(self) -> None:
        """There is a sound track, which isn't played."""
        self._known.addRow(_name_of("Sound"), label("in the file, not played here", wraps=True))

    def show_neighbours(self, *, before: bool, after: bool) -> None:
        """Whether there are any."""
        self._before.setEnabled(before)
        self._after.setEnabled(after)

    def _facts(self, job: Job, now: float) -> QFormLayout:
        known = QFormLayout()
        known.setHorizontalSpacing(SPACE.M)
        known.setVerticalSpacing(SPACE.XS)
        for fact, value in facts(job, now):
            known.addRow(_name_of(fact), label(value, wraps=True))
        return known

    def _offers(self, offers: Sequence[Sequence[tuple[str, str, str]]], *, with_keys: bool = True) -> QVBoxLayout:
        """with_keys: each says its key beside its words; else the tooltip alone does."""
        column = QVBoxLayout()
        column.setSpacing(SPACE.S)
        for beside in offers:
            row = QHBoxLayout()
            row.setSpacing(SPACE.S)
            for text, verb, key in beside:
                row.addWidget(self._offer(text, verb, key, with_key=with_keys), 1)
            column.addLayout(row)
        return column

    def _offer_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in _MORE:
            menu.addAction(offer.words, partial(self.verb_chosen.emit, str(offer.deed))).setToolTip(offer.tip)
        menu.addSeparator()
        menu.addAction("Delete at Leonardo too…", partial(self.verb_chosen.emit, "delete_at_leonardo"))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _offer(self, text: str, verb: str, key: str, *, with_key: bool) -> Button:
        button = Button(self._theme, text, hint=key.replace("Shift+", "⇧") if with_key else "", tall=True)
        said = _OFFERS[Deed(verb)].tip or text if verb in _OFFERS else text
        button.setToolTip(f"{said} ({key})" if key else said)
        if verb == "more_takes":
            button.setToolTip(f"More takes of it ({key}: {USUAL_TAKES})")
            button.clicked.connect(lambda: self._offer_takes(button))
        else:
            button.clicked.connect(lambda: self.verb_chosen.emit(verb))
        return button

    def _offer_takes(self, button: Button) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number in TAKE_CHOICES[1:]:
            key = "\tShift+R" if number == USUAL_TAKES else ""
            menu.addAction(f"{number} takes{key}", partial(self.verb_chosen.emit, f"more_takes_{number}"))
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))


def _name_of(fact: str) -> QLabel:
    name = label(fact, "secondary")
    name.setMinimumWidth(80)
    return name
