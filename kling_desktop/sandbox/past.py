"""What the account made before the sandbox existed: videos of several sizes, images, and some failures."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from kling_desktop.sandbox.records import StoredGeneration

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR = 3600.0
_SIZES = ((1920, 1080), (1440, 1440), (1080, 1920))
_OTHER_SIZE = (832, 480)
_WHO = ("A fox", "An old sailor", "Two dancers", "A paper boat", "The lighthouse", "A tram", "A white horse")
_WHERE = ("in falling snow", "under the bridge", "at first light", "in an empty theatre", "on a wet street", "at sea")


def history(count: int, now: float, seed: int) -> Iterator[StoredGeneration]:
    """Return `count` generations, one an hour until an hour ago, oldest first. Except for the times, they are always
    the same.

    Of ten, one is an image and one a video of another size; of 25, one failed and one was blocked.
    """
    dice = random.Random(f"{seed} past")
    for number in range(count):
        digits = f"{dice.getrandbits(128):032x}"
        generation, video = (f"{d[:8]}-{d[8:12]}-6{d[13:16]}-a{d[17:20]}-{d[20:]}" for d in (digits, digits[::-1]))
        created = now - (count - number) * HOUR
        width, height = _OTHER_SIZE if number % 10 == 6 else _SIZES[number % 3]
        fate = {9: ("failed",), 19: ("blocked",)}.get(number % 25, ())
        yield StoredGeneration(
            id=generation,
            video=video,
            created=created,
            ready=created + 90,
            public=False,
            seed=dice.randrange(2**31),
            parameters={
                "prompt": f"{_WHO[number % len(_WHO)]} {_WHERE[number % len(_WHERE)]}, take {number + 1}",
                "duration": 10 if number % 4 == 3 else 5,
                "width": width,
                "height": height,
            },
            fate=fate,
            past=True,
            is_picture=number % 10 == 3,
        )
