"""How the user has laid the window out."""

from dataclasses import dataclass

FORM, BELOW = "form", "below"
"""The panes that can be hidden."""


@dataclass(frozen=True, slots=True)
class Layout:
    """geometry: the window's place as Qt saves it, in base64. widths, heights: of the form, of the pane below, px;
    the rest is what is left. hidden: which of them are not shown. below: what the lower pane shows, "queue" or
    "messages". Empty where nothing is known.
    """

    geometry: str = ""
    widths: tuple[int, ...] = ()
    heights: tuple[int, ...] = ()
    hidden: tuple[str, ...] = (BELOW,)
    below: str = "queue"
