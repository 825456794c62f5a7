"""What is known about a clip, and what can be done with it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout

from kling_desktop.domain.jobs.actions import (
    ACTIONS,
    USUAL_TAKES,
    Action,
    ActionPlace,
    ActionRequest,
    ReuseAction,
    menu_text,
    offered_at,
    takes_label,
)
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.draft_from_clip import clip_seed
from kling_desktop.domain.request.form import TAKE_CHOICES
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.ui.library.cards.card import minutes
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details.collapsible_text import CollapsibleText
from kling_desktop.ui.viewer.details.lineage_tree import LineageTree
from kling_desktop.ui.viewer.details.review import NotesEditor, ReviewBar
from kling_desktop.ui.viewer.details.side_panel import SidePanel
from kling_desktop.ui.widgets import Button, ElidedLabel, IconButton, LinkButton, label
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.menu import Menu

_PROMPT_SHOWN = 120


def facts(job: Job, now: float) -> tuple[tuple[str, str], ...]:
    """(name, value) of each fact about a finished clip."""
    seed, moment, time_taken = clip_seed(job), made_text(job, now), duration_text(job)
    moment = moment[0].lower() + moment[1:]
    return (
        ("Type", type_of(job.draft).value),
        ("Size", f"{job.draft.size}, {job.draft.duration} s"),
        ("Seed", "unknown" if seed is None else str(seed)),
        ("Cost", str(job.cost) if job.cost else "unknown"),
        ("Made", f"{moment}, in {time_taken}" if time_taken else moment),
    )


def title(job: Job, now: float) -> tuple[str, str]:
    """The heading and a fainter text beside it: "Take 2" and "Noir close-ups", or when a single clip was made."""
    moment = made_text(job, now)
    return (f"Take {job.take}", job.preset_name or moment) if job.takes > 1 else (moment, job.preset_name)


def made_text(job: Job, now: float) -> str:
    """ "Today, 14:02", in local time."""
    ended = job.ended_at if job.ended_at is not None else job.created_at
    then, today = datetime.fromtimestamp(ended).astimezone(), datetime.fromtimestamp(now).astimezone()
    days = (today.date() - then.date()).days
    day = {0: "Today", 1: "Yesterday"}.get(days, f"{then.day} {then:%b %Y}")
    return f"{day}, {then:%H:%M}"


def duration_text(job: Job) -> str:
    """From sending to the clip on disk, in minutes and seconds; "" if unknown."""
    return minutes(job.ended_at - job.sent_at) if job.ended_at and job.sent_at else ""


class ClipDetails(SidePanel):
    """The side panel of the viewer: facts, review, actions and lineage of a clip."""

    action_requested = Signal(object)
    """An ActionRequest for the clip that is shown."""

    def __init__(self, theme: Theme, job: Job, clock: Callable[[], float] = time) -> None:
        super().__init__(theme)
        self._job = job
        rows = self.rows
        self.back = Button(theme, "Back")
        self.back.setToolTip("Back to the clips (Esc)")
        self.previous = IconButton(theme, "chevron-left", "Previous clip", shortcut="Page Up", side=24)
        self.next = IconButton(theme, "chevron-right", "Next clip", shortcut="Page Down", side=24)
        heading, beside = title(job, clock())
        head = QHBoxLayout()
        head.setSpacing(SPACE.S)
        head.addWidget(self.back)
        head.addWidget(label(heading, "title"))
        head.addWidget(ElidedLabel(theme, beside, faint=True), 1)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        rows.addLayout(head)
        self.review = ReviewBar(theme)
        self.review.action_requested.connect(self.action_requested)
        rows.addWidget(self.review)
        rows.addWidget(CollapsibleText(theme, job.draft.prompt))
        self.notes = NotesEditor(theme)
        rows.addWidget(self.notes)
        self._known = self._facts(job, clock())
        rows.addLayout(self._known)
        first, *others = offered_at(ActionPlace.VIEWER_REUSE)
        self.add_section("NEW FROM THIS CLIP", self._buttons((first,), *_in_pairs(others), with_keys=True))
        self._more = LinkButton(theme, "More")
        self._more.setToolTip("Contact sheet, WebP or GIF, ID, URL, curl")
        self._more.clicked.connect(self._offer_more)
        self.add_section("EXPORT", self._buttons(*_in_pairs(offered_at(ActionPlace.VIEWER_EXPORT))), self._more)
        # Last, since it comes later than the rest and may be long: it moves no button.
        self.lineage = LineageTree(theme, job.draft.prompt[:_PROMPT_SHOWN].strip())
        self.lineage.action_requested.connect(self.action_requested)
        rows.addWidget(self.lineage)
        rows.addStretch(1)

    def show_clip(self, clip: Clip) -> None:
        """Show its review."""
        self.review.show_clip(clip)
        self.notes.show_clip(clip)

    def show_sound(self) -> None:
        """Say that there is a sound track, which isn't played."""
        self._known.addRow(_name_of("Sound"), label("in the file, not played here", wraps=True))

    def show_neighbors(self, *, has_previous: bool, has_next: bool) -> None:
        """Whether there is a clip before and after this one."""
        self.previous.setEnabled(has_previous)
        self.next.setEnabled(has_next)

    def _facts(self, job: Job, now: float) -> QFormLayout:
        known = QFormLayout()
        known.setHorizontalSpacing(SPACE.M)
        known.setVerticalSpacing(SPACE.XS)
        for fact, value in facts(job, now):
            known.addRow(_name_of(fact), label(value, wraps=True))
        return known

    def _buttons(self, *rows: Sequence[Action], with_keys: bool = False) -> QVBoxLayout:
        """A button for each action. with_keys: the keys stand on the buttons; else in the tooltips alone."""
        column = QVBoxLayout()
        column.setSpacing(SPACE.S)
        for actions in rows:
            row = QHBoxLayout()
            row.setSpacing(SPACE.S)
            for action in actions:
                row.addWidget(self._button(action, with_key=with_keys), 1)
            column.addLayout(row)
        return column

    def _button(self, action: Action, *, with_key: bool) -> Button:
        spec = ACTIONS[action]
        hint = spec.key.replace("Shift+", "⇧") if with_key else ""
        if action is ReuseAction.MORE_TAKES:
            button = Button(self._theme, f"{spec.label}…", hint=hint, tall=True)
            button.setToolTip(plain_tip(f"{spec.label} ({spec.key}: {USUAL_TAKES})"))
            button.clicked.connect(lambda: self._offer_takes(button))
            return button
        button = Button(self._theme, spec.label, hint=hint, tall=True)
        words = spec.tip or spec.label
        button.setToolTip(plain_tip(f"{words} ({spec.key})" if spec.key else words))
        button.clicked.connect(lambda: self._request(action))
        return button

    def _offer_more(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        actions = offered_at(ActionPlace.VIEWER_MORE)
        for action in sorted(actions, key=lambda action: ACTIONS[action].destructive):
            spec = ACTIONS[action]
            if spec.destructive:
                menu.addSeparator()
            menu.addAction(spec.label, partial(self._request, action)).setToolTip(plain_tip(spec.tip))
        menu.open_below(self._more)

    def _offer_takes(self, button: Button) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keys = {takes: key for key, takes in ACTIONS[ReuseAction.MORE_TAKES].keys.items()}
        for takes in TAKE_CHOICES[1:]:
            text = menu_text(takes_label(takes), keys.get(takes, ""))
            menu.addAction(text, partial(self._request, ReuseAction.MORE_TAKES, takes))
        menu.open_below(button)

    def _request(self, action: Action, value: int = 0) -> None:
        self.action_requested.emit(ActionRequest(action, (self._job.id,), value=value))


def _in_pairs(actions: Sequence[Action]) -> list[Sequence[Action]]:
    """Two in each row."""
    return [actions[at : at + 2] for at in range(0, len(actions), 2)]


def _name_of(fact: str) -> QLabel:
    name = label(fact, "secondary")
    name.setMinimumWidth(80)
    return name
