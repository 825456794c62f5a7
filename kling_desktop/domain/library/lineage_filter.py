"""The clips that hang together with one, as something to filter by."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kinship(StrEnum):
    """CHILDREN: what was made from the clip. PARENTS: what it was made from. ALL: over all generations, itself too."""

    CHILDREN = "made from"
    PARENTS = "led to"
    ALL = "family"


@dataclass(frozen=True, slots=True)
class Kindred:
    """kinship with the clip of that job. words: how its prompt begins, to be named by; they make it no other filter."""

    job: str
    kinship: Kinship
    words: str = field(default="", compare=False)
