"""What the environment of this process tells the app."""

import os

from kling_desktop.domain.secret import Secret

KEY_VARIABLE = "LEONARDO_API_KEY"


def take_key_from_environment() -> Secret | None:
    """The key that the user set for this run; it is taken out, so that no child process inherits it."""
    text = os.environ.pop(KEY_VARIABLE, "")
    return Secret(text) if text else None
