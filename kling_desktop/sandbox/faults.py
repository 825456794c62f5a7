"""What can go wrong at the service, each a named switch."""

from __future__ import annotations

import random
from collections import Counter, UserDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

API_CALLS = ("create", "models", "poll", "delete", "list", "init_image", "image", "delete_image", "me")
CALLS = (*API_CALLS, "upload", "video", "poster", "picture")

# Said of the create unless a call is named: "poll.drop_before" hits the polls.
_OF_THE_CREATE = {
    "drop_before": "the connection closes before anything was accepted; nothing is made",
    "drop_after": "accepted and made, but the connection closes without an answer",
    "error_500_before": "500, nothing is made",
    "error_500_after": "accepted and made, but answered with 500",
}
# Said of every call with a key unless one is named: "create.html" hits the creates alone.
_OF_EVERY_CALL = {
    "slow": "the answer takes 5 s longer (divided by the speed)",
    "rate_limit": "429 with Retry-After in seconds; nothing is accepted",
    "rate_limit_date": "429 with Retry-After as a date; nothing is accepted",
    "html": "200 with the HTML of a captive portal; nothing reaches the service",
    "empty": "200 without a body; nothing reaches the service",
    "garbage": "200 with a body that isn't JSON; nothing reaches the service",
    "error_field_200": "200 with an object that holds only an error; nothing is done",
    "unauthorized": "401 as for a revoked key",
}
_OF_ONE_CALL = {
    "no_credit": "a create is refused: not enough api tokens",
    "moderation": "a create is refused by the content filter",
    "refuse_seed": "a create with a seed is refused",
    "refuse_enhance": "a create with prompt_enhance is refused",
    "refuse_unknown": "a create with keys that the published schema doesn't have is refused",
    "model_missing": "Kling O1 is not offered to the account",
    "one_slot": "the account has room for one job at once, instead of ten",
    "flat": "a create is answered in the flat shape of the published spec",
    "v1_wrapper": "a create is answered in v1's wrapper, sdGenerationJob",
    "no_cost": "a create is answered without a cost",
    "credits": "a create's cost is in credits",
    "failed": "the generation (drawn at its create) ends FAILED",
    "blocked": "the generation (drawn at its create) is COMPLETE without a video",
    "no_poster": "the generation (drawn at its create) has no poster: its url is null",
    "poster_404": "the generation's (drawn at its create) poster can't be downloaded",
    "late_video": "a complete generation shows no video yet, for three answers",
    "unknown_status": "PENDING is told by a word nobody knows, for three answers",
    "null_generation": "a poll finds nothing (generations_by_pk is null), for three answers",
    "late_list": "the list leaves a generation out, for three answers",
    "upload_refused": "the bucket refuses the upload",
    "truncated": "a video's download ends early",
    "wrong_video": "a video's download is an HTML page",
    "url_expired": "a video's first address answers 403; asked anew, the generation has another that works",
}
FAULTS: Mapping[str, str] = {**_OF_THE_CREATE, **_OF_EVERY_CALL, **_OF_ONE_CALL}
"""Every fault and what it does."""


class Faults(UserDict[str, float]):
    """Name of a fault -> how likely it is each time, 0 (never) to 1 (always); mutable at any time.

    Faults of every call and of the create can be aimed: `"poll.html"` is `html` at polls alone (see `CALLS`).
    The same seed makes the same faults happen.
    """

    def __init__(self, likely: Mapping[str, float], seed: int) -> None:
        self._next: Counter[str] = Counter()
        self.seed = seed
        self._dice: dict[str, random.Random] = {}
        super().__init__(likely)

    def __setitem__(self, name: str, likely: float) -> None:
        check_fault(name, likely)
        super().__setitem__(name, likely)

    def fail_next(self, name: str, count: int = 1) -> None:
        """Let the fault happen the next `count` times that it could, whatever its likelihood."""
        check_fault(name, 1.0)
        self._next[name] += count

    def strike(self, name: str, call: str = "") -> bool:
        """Whether the fault happens now, at `call`: each asking throws the dice."""
        keys = [f"{call}.{name}"]
        if name in _OF_ONE_CALL or call == "create" or (name in _OF_EVERY_CALL and call in API_CALLS):
            keys.append(name)
        return any(self._happens(key) for key in keys)

    def _happens(self, key: str) -> bool:
        if self._next[key] > 0:
            self._next[key] -= 1
            return True
        likely = self.get(key, 0.0)
        if not likely:
            return False
        # A die for each fault: whether one happens doesn't hang on how often the others were asked for.
        return self._dice.setdefault(key, random.Random(f"{self.seed} {key}")).random() < likely


def check_fault(name: str, likely: float) -> None:
    """Raise ValueError, in a sentence for people, unless the fault exists and its likelihood is one."""
    call, _, plain = name.rpartition(".")
    aimed = plain in _OF_THE_CREATE or plain in _OF_EVERY_CALL
    if plain not in FAULTS or (call and (call not in CALLS or not aimed)):
        raise ValueError(f"There is no fault named {name!r}.")
    if not 0 <= likely <= 1:
        raise ValueError(f"The fault {name} needs a likelihood from 0 to 1, not {likely:g}.")
