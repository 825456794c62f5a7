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
    """Speed, data and faults of a sandbox.

    Args:
        speed: Divides every wait. At 1 a 5 s video takes 6 s, a 10 s video 10 s, and an edit twice that; 0 and infinity
            mean no waits.
        data: A folder in which generations, uploads and videos outlive the process; None for a temporary one.
        faults: Likelihoods by name (`faults.FAULTS`).
        seed: Makes the faults repeatable.
        history: How many earlier generations the account has, one an hour.
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
        """Return how long something takes that takes `seconds` at speed 1."""
        return seconds / self.speed if self.speed else 0.0


def parse_fault(text: str) -> tuple[str, float]:
    """Read `name=P`; a name alone means P = 1. Raises ValueError with a message for the user."""
    name, equals, number = text.partition("=")
    try:
        likely = float(number) if equals else 1.0
    except ValueError:
        raise ValueError(f"A fault is written NAME=P with P from 0 to 1, not {text!r}.") from None
    check_fault(name.strip(), likely)
    return name.strip(), likely
