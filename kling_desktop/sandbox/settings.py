"""How the sandbox behaves."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kling_desktop.sandbox.faults import check_fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Speed, place and faults of one sandbox.

    `speed` divides every wait: at 1 a 5 s video takes 6 s, a 10 s video 10 s and an edit twice that; 0 and infinity
    mean no wait at all. `data` is the folder where generations, uploads and videos outlive the process; None is a
    temporary one. `faults` maps names to likelihoods (`faults.FAULTS`); `seed` makes their dice repeatable.
    `history` is how many generations the account has from before, one an hour.
    """

    speed: float = 1.0
    data: Path | None = None
    faults: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    history: int = 0

    def __post_init__(self) -> None:
        if math.isnan(self.speed) or self.speed < 0:
            raise ValueError(f"The speed can't be {self.speed:g}.")
        for name, likely in self.faults.items():
            check_fault(name, likely)

    def wait(self, seconds: float) -> float:
        """The seconds that something of `seconds` at speed 1 takes."""
        return seconds / self.speed if self.speed else 0.0


def parse_fault(text: str) -> tuple[str, float]:
    """Read `name=P` (a bare name is always: P = 1); raise ValueError with a sentence for people."""
    name, equals, number = text.partition("=")
    try:
        likely = float(number) if equals else 1.0
    except ValueError:
        raise ValueError(f"A fault is written NAME=P with P from 0 to 1, not {text!r}.") from None
    check_fault(name.strip(), likely)
    return name.strip(), likely
