"""What somebody asks for at once, before it becomes jobs."""

from dataclasses import dataclass

from kling_desktop.domain.draft import Draft


@dataclass(frozen=True, slots=True)
class Order:
    """A draft to be made as many times as it asks takes for. preset_name: what the preset it came from is called."""

    draft: Draft
    preset_name: str = ""
