"""The base widgets, one per module. They take the theme, show what they are given, and emit what the user does."""

from kling_desktop.ui.widgets.aspect_tiles import AspectTiles, Tile
from kling_desktop.ui.widgets.button import Button
from kling_desktop.ui.widgets.card import CardFrame
from kling_desktop.ui.widgets.chip import Chip
from kling_desktop.ui.widgets.choice_row import Option
from kling_desktop.ui.widgets.elided_label import ElidedLabel
from kling_desktop.ui.widgets.icon_button import IconButton
from kling_desktop.ui.widgets.label import label
from kling_desktop.ui.widgets.link_button import LinkButton
from kling_desktop.ui.widgets.message_bar import UNDO, Message, MessageBar
from kling_desktop.ui.widgets.meter import Meter
from kling_desktop.ui.widgets.primary_button import PrimaryButton
from kling_desktop.ui.widgets.prompt_edit import PromptEdit
from kling_desktop.ui.widgets.prompt_highlighter import Highlight, HighlightKind
from kling_desktop.ui.widgets.segmented import Segmented
from kling_desktop.ui.widgets.slot_frame import SlotFrame
from kling_desktop.ui.widgets.slot_view import DropAnswer, SlotState, SlotView
from kling_desktop.ui.widgets.star_rating import StarRating
from kling_desktop.ui.widgets.status_dot import StatusDot
from kling_desktop.ui.widgets.status_dot_button import StatusDotButton
from kling_desktop.ui.widgets.tag import Tag

__all__ = [
    "UNDO",
    "AspectTiles",
    "Button",
    "CardFrame",
    "Chip",
    "DropAnswer",
    "ElidedLabel",
    "Highlight",
    "HighlightKind",
    "IconButton",
    "LinkButton",
    "Message",
    "MessageBar",
    "Meter",
    "Option",
    "PrimaryButton",
    "PromptEdit",
    "Segmented",
    "SlotFrame",
    "SlotState",
    "SlotView",
    "StarRating",
    "StatusDot",
    "StatusDotButton",
    "Tag",
    "Tile",
    "label",
]
