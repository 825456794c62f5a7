"""What can go wrong at the service, each as a named switch."""

from __future__ import annotations

import random
from collections import Counter, UserDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

API_CALLS = ("create", "models", "poll", "delete", "list", "init_image", "image", "delete_image", "me")
CALLS = (*API_CALLS, "upload", "video", "poster", "picture")

# They affect creates unless a call is named: "poll.drop_before" affects polls.
_OF_THE_CREATE = {
    "drop_before": "the connection closes before anything is accepted; nothing is made",
    "drop_after": "accepted and made, but the connection closes without a response",
    "error_500_before": "500, nothing is made",
    "error_500_after": "accepted and made, but the response is 500",
}
# They affect every call with a key unless one is named: "create.html" affects creates only.
_OF_EVERY_CALL = {
    "slow": "the response takes 5 s longer (divided by the speed)",
    "rate_limit": "429 with Retry-After in seconds; nothing is accepted",
    "rate_limit_date": "429 with Retry-After as a date; nothing is accepted",
    "html": "200 with the HTML of a captive portal; nothing reaches the service",
    "empty": "200 with an empty body; nothing reaches the service",
    "garbage": "200 with a body that isn't JSON; nothing reaches the service",
    "error_field_200": "200 with an object that contains only an error; nothing is done",
    "unauthorized": "401 as for a revoked key",
}
_OF_ONE_CALL = {
    "no_credit": "creates are refused: not enough API tokens",
    "moderation": "creates are refused by the content filter",
    "refuse_seed": "creates with a seed are refused",
    "refuse_enhance": "creates with prompt_enhance are refused",
    "refuse_unknown": "creates with keys that aren't in the published schema are refused",
    "model_missing": "Kling O1 isn't available to the account",
    "one_slot": "the account may run one job at a time instead of ten",
    "flat": "creates get the flat response of the published spec",
    "v1_wrapper": "creates get v1's response, wrapped in sdGenerationJob",
    "no_cost": "creates get a response without a cost",
    "credits": "the cost of creates is in credits",
    "failed": "the generation (chosen at its create) ends as FAILED",
    "blocked": "the generation (chosen at its create) is COMPLETE without a video",
    "no_poster": "the generation (chosen at its create) has no poster: its url is null",
    "poster_404": "the poster of the generation (chosen at its create) can't be downloaded",
    "late_video": "a complete generation shows no video yet, for three responses",
    "unknown_status": "PENDING is replaced by an unknown status, for three responses",
    "null_generation": "a poll finds nothing (generations_by_pk is null), for three responses",
    "late_list": "the list omits a generation, for three responses",
    "upload_refused": "the storage refuses the upload",
    "truncated": "a video's download ends early",
    "wrong_video": "a video's download is an HTML page",
    "url_expired": "a video's first URL answers 403; requested again, the generation has another one that works",
}
FAULTS: Mapping[str, str] = {**_OF_THE_CREATE, **_OF_EVERY_CALL, **_OF_ONE_CALL}
"""Every fault and what it does."""


class Faults(UserDict[str, float]):
    """The likelihood of each fault, 0 (never) to 1 (always); it may be changed at any time.

    Faults of creates and of every call can be limited to one call: `"poll.html"` is `html` for polls only (see
    `CALLS`). The same seed makes the same faults happen.
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
        """Let a fault happen the next `count` times that it could, whatever its likelihood."""
        check_fault(name, 1.0)
        self._next[name] += count

    def strike(self, name: str, call: str = "") -> bool:
        """Whether the fault happens now, at `call`. Each time it is asked for, the dice are rolled."""
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
        # Dice for each fault: whether one happens doesn't depend on how often others were asked for.
        return self._dice.setdefault(key, random.Random(f"{self.seed} {key}")).random() < likely


def check_fault(name: str, likely: float) -> None:
    """Raise ValueError with a message for the user if the fault doesn't exist or the likelihood isn't one."""
    call, _, plain = name.rpartition(".")
    aimed = plain in _OF_THE_CREATE or plain in _OF_EVERY_CALL
    if plain not in FAULTS or (call and (call not in CALLS or not aimed)):
        raise ValueError(f"There is no fault named {name!r}.")
    if not 0 <= likely <= 1:
        raise ValueError(f"The fault {name} needs a likelihood from 0 to 1, not {likely:g}.")
