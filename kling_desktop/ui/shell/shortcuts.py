"""What the keys do, in the words of those who look it up. Tests hold it against what the window listens to."""

from enum import Enum
from typing import Final

from kling_desktop.domain.jobs.actions import (
    ACTIONS,
    ActionSpec,
    ExportAction,
    JobAction,
    Pane,
    ReuseAction,
    ReviewAction,
)
from kling_desktop.ui.viewer.player.playback_actions import PLAYBACK_KEYS, PlaybackAction

Keys = tuple[tuple[str, str], ...]
"""(keys, what they do). Several keys stand apart by " or " or a space, or as a range by " … "."""
_BETWEEN = ("or", "…")


def _actions(pane: Pane, *kinds: type[Enum]) -> Keys:
    """The actions of these kinds whose keys work in a pane. Those with the same key share a row."""
    names: dict[str, list[str]] = {}
    for action, spec in ACTIONS.items():
        if pane in spec.panes and isinstance(action, kinds):
            names.setdefault(_keys_of(spec), []).append(spec.name)
    return tuple((keys, _alternatives(words)) for keys, words in names.items())


def _keys_of(spec: ActionSpec) -> str:
    keys = list(spec.keys)
    return keys[0] if len(keys) == 1 else f"{keys[0]} … {keys[-1]}"


def _alternatives(words: list[str]) -> str:
    return " or ".join([words[0], *(word[0].lower() + word[1:] for word in words[1:])])


def _playback(words: str, *actions: PlaybackAction, joined: str = " or ") -> tuple[str, str]:
    keys = {action: key for key, action in PLAYBACK_KEYS.items()}
    return joined.join(keys[action] for action in actions), words


SHORTCUTS: Final[tuple[tuple[str, Keys], ...]] = (
    (
        "Form",
        (
            ("Ctrl+Enter", "Generate"),
            ("Ctrl+Shift+Enter", "Generate first in the queue"),
            ("Ctrl+Z", "Undo in the form"),
            ("Ctrl+Y or Ctrl+Shift+Z", "Redo in the form"),
            ("Ctrl+N", "New form"),
            ("Ctrl+Shift+V", "Paste a request or a table"),
            ("@", "Insert a reference"),
            ("/", "Insert a snippet"),
            ("Ctrl+Shift+K", "Save the selection as a snippet"),
            ("Up", "Earlier prompts, if the prompt is empty"),
            ("Alt+Left or Alt+Right", "Move media to another slot"),
        ),
    ),
    (
        "Presets",
        (
            ("Ctrl+P", "Find a preset"),
            ("Ctrl+1 … Ctrl+9", "Load a pinned preset"),
            ("Ctrl+S", "Save the preset"),
            ("Ctrl+Shift+S", "Save as a new preset"),
        ),
    ),
    (
        "Clips",
        (
            ("Ctrl+F", "Find clips"),
            ("Ctrl+Shift+F", "All filters"),
            ("Space", "Quick look"),
            *_actions(Pane.LIBRARY, JobAction, ReviewAction, ExportAction),
            ("Ctrl+Z", "Undo, while it is offered"),
            ("Ctrl++ or Ctrl+-", "Larger or smaller cards"),
        ),
    ),
    ("New from a clip", _actions(Pane.LIBRARY, ReuseAction)),
    (
        "Viewer",
        (
            _playback("Play or pause", PlaybackAction.PLAY_OR_PAUSE),
            _playback(
                "Play backwards, pause, play forwards",
                *(PlaybackAction.PLAY_BACKWARDS, PlaybackAction.PAUSE, PlaybackAction.PLAY_FORWARDS),
                joined=" ",
            ),
            _playback("Previous or next frame", PlaybackAction.PREVIOUS_FRAME, PlaybackAction.NEXT_FRAME),
            _playback("Back or forward one second", PlaybackAction.PREVIOUS_SECOND, PlaybackAction.NEXT_SECOND),
            _playback("First or last frame", PlaybackAction.FIRST_FRAME, PlaybackAction.LAST_FRAME),
            _playback("Slower or faster", PlaybackAction.SLOWER, PlaybackAction.FASTER),
            _playback("Set the in or out point", PlaybackAction.SET_IN_POINT, PlaybackAction.SET_OUT_POINT),
            _playback("Clear the in and out points", PlaybackAction.CLEAR_IN_AND_OUT),
            _playback("Loop on or off", PlaybackAction.TOGGLE_LOOP),
            *(row for row in _actions(Pane.VIEWER, ExportAction) if row not in _actions(Pane.LIBRARY, ExportAction)),
            ("PgUp or PgDown", "Previous or next clip"),
            ("W", "Wipe, when comparing two clips"),
            ("F11", "Full screen"),
            ("Esc", "Back to the clips"),
        ),
    ),
    (
        "Queue",
        (
            ("Ctrl+J", "Show or hide the queue"),
            ("Enter", "Menu of a job"),
            *_actions(Pane.QUEUE, JobAction),
            ("Alt+End", "Move to end"),
            ("Alt+Up or Alt+Down", "Move up or down"),
        ),
    ),
    (
        "Window",
        (
            ("Ctrl+B", "Show or hide the form"),
            ("Ctrl+Shift+J", "Show or hide the messages"),
            ("Esc", "Close a message"),
            ("F1 or Shift+?", "Shortcuts"),
        ),
    ),
)


def all_keys() -> frozenset[str]:
    """Every combination of keys that is listed."""
    return frozenset(
        part for _, group in SHORTCUTS for keys, _ in group for part in keys.split(" ") if part not in _BETWEEN
    )
