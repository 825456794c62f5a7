"""What the keys and buttons of a player do."""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType


class PlaybackAction(Enum):
    PLAY_OR_PAUSE = auto()
    PLAY_BACKWARDS = auto()
    PAUSE = auto()
    PLAY_FORWARDS = auto()
    PREVIOUS_FRAME = auto()
    NEXT_FRAME = auto()
    PREVIOUS_SECOND = auto()
    NEXT_SECOND = auto()
    FIRST_FRAME = auto()
    LAST_FRAME = auto()
    SLOWER = auto()
    FASTER = auto()
    SET_IN_POINT = auto()
    SET_OUT_POINT = auto()
    CLEAR_IN_AND_OUT = auto()
    TOGGLE_LOOP = auto()


PLAYBACK_KEYS: Mapping[str, PlaybackAction] = MappingProxyType(
    {
        "Space": PlaybackAction.PLAY_OR_PAUSE,
        "J": PlaybackAction.PLAY_BACKWARDS,
        "K": PlaybackAction.PAUSE,
        "L": PlaybackAction.PLAY_FORWARDS,
        "Left": PlaybackAction.PREVIOUS_FRAME,
        "Right": PlaybackAction.NEXT_FRAME,
        "Shift+Left": PlaybackAction.PREVIOUS_SECOND,
        "Shift+Right": PlaybackAction.NEXT_SECOND,
        "Home": PlaybackAction.FIRST_FRAME,
        "End": PlaybackAction.LAST_FRAME,
        "[": PlaybackAction.SLOWER,
        "]": PlaybackAction.FASTER,
        "I": PlaybackAction.SET_IN_POINT,
        "O": PlaybackAction.SET_OUT_POINT,
        "Alt+X": PlaybackAction.CLEAR_IN_AND_OUT,
        "Ctrl+L": PlaybackAction.TOGGLE_LOOP,
    }
)
