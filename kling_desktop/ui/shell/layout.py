"""How the user has arranged the window."""

from dataclasses import dataclass

FORM, BELOW = "form", "below"
"""The panes that can be hidden."""


@dataclass(frozen=True, slots=True)
class Layout:
    """geometry: the window's position as Qt saves it, in base64. widths, heights: of the form and the lower pane,
    px; the rest is what remains. hidden: the hidden panes. below: what the lower pane shows, "queue" or "messages".
    Empty where unknown.
    """

    geometry: str = ""
    widths: tuple[int, ...] = ()
    heights: tuple[int, ...] = ()
    hidden: tuple[str, ...] = (BELOW,)
    below: str = "queue"
