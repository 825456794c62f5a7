"""Checks whether an API key works."""

from dataclasses import dataclass
from enum import Enum

from kling_desktop.api.client import Client
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unreachable
from kling_desktop.domain.jobs.generation import Account

_WORKS = "The key works."


class KeyState(Enum):
    WORKS = "works"
    WRONG = "wrong"
    NO_MODEL = "no model"
    UNREACHABLE = "unreachable"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class KeyCheckResult:
    """The result of checking a key, with a message for the user.

    Attributes:
        account: Whose key it is, if known.
        is_model_included: Whether the service said that the account may use the model.
    """

    state: KeyState
    message: str
    account: Account | None = None
    is_model_included: bool = False


async def check_key(client: Client, model_name: str) -> KeyCheckResult:
    """Check the client's key without submitting anything: whose it is, and whether its account may use the model.

    model_name: "" where that is known already.
    """
    try:
        account = await client.get_account()
    except KlingError as error:
        return KeyCheckResult(_state(error), str(error))
    if not model_name:
        return KeyCheckResult(KeyState.WORKS, _WORKS, account)
    try:
        offered = await client.has_model(model_name)
    except KlingError as error:
        if _state(error) is KeyState.WRONG:
            return KeyCheckResult(KeyState.WRONG, str(error))
        return KeyCheckResult(
            KeyState.WORKS,
            f"The key works. Whether your account includes {model_name} couldn't be checked right now.",
            account,
        )
    if not offered:
        return KeyCheckResult(
            KeyState.NO_MODEL,
            f"The key works, but your account doesn't include {model_name}. "
            "Check at Leonardo.AI which models your API plan includes.",
            account,
        )
    return KeyCheckResult(KeyState.WORKS, _WORKS, account, is_model_included=True)


def _state(error: KlingError) -> KeyState:
    if isinstance(error, RequestRefused) and error.reason is RefusalReason.KEY:
        return KeyState.WRONG
    return KeyState.UNREACHABLE if isinstance(error, Unreachable) else KeyState.UNCLEAR
