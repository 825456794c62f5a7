"""What the system and the environment tell this process, and what it keeps from others."""

import os
import subprocess
import sys
from contextlib import suppress

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.secret import Secret

KEY_VARIABLE = "LEONARDO_API_KEY"
NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""For children: on Windows each would open a console window."""
_PR_SET_DUMPABLE = 4


def take_key_from_environment() -> Secret | None:
    """The key that the user set for this run, cleaned as a pasted one is; None if the variable is missing or empty.

    It is taken out of the environment, so that no child process inherits it.

    Raises:
        UserError: The variable holds something else. The message never repeats it.
    """
    text = os.environ.pop(KEY_VARIABLE, "")
    if not text.strip():
        return None
    from kling_desktop.domain.api_key import clean_key  # most start without the variable

    try:
        return Secret(clean_key(text))
    except UserError:
        pass
    raise UserError(
        f"{KEY_VARIABLE} doesn't hold a Leonardo.AI API key, so nothing was sent.",
        f"Set {KEY_VARIABLE} to your own key from Leonardo.AI, API Access, or remove it.",
    )


def forbid_core_dumps() -> None:
    """From now on a crash leaves no image of the memory, which holds the key, and no other program can read it."""
    with suppress(ImportError, ValueError, OSError):  # Windows has none of this
        import resource

        # The hard limit stays: programs that this one opens may set their own.
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def ensure_streams() -> None:
    """Give a program without a console somewhere to write: Windows starts it without any streams."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
