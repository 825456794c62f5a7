"""The base widgets, one in each module. They take the theme, show what they are told and say what the user did."""

from .aspect_tiles import AspectTiles, Tile
from .button import Button
from .card import Card
from .chip import Chip
from .choice_row import Option
from .icon_button import IconButton
from .label import label
from .led import Led
from .link_button import LinkButton
from .marks import Mark, MarkKind
from .message_bar import Message, MessageBar
from .meter import Meter
from .pill import Pill
from .primary_button import PrimaryButton
from .prompt_edit import PromptEdit
from .segmented import Segmented
from .slot_frame import SlotFrame
from .slot_view import DropAnswer, SlotState, SlotView
from .tag import Tag

__all__ = [
    "AspectTiles",
    "Button",
    "Card",
    "Chip",
    "DropAnswer",
    "IconButton",
    "Led",
    "LinkButton",
    "Mark",
    "MarkKind",
    "Message",
    "MessageBar",
    "Meter",
    "Option",
    "Pill",
    "PrimaryButton",
    "PromptEdit",
    "Segmented",
    "SlotFrame",
    "SlotState",
    "SlotView",
    "Tag",
    "Tile",
    "label",
]
