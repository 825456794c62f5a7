"""What the keys do, in the words of those who look it up. A test holds it against what the window really listens to."""

from typing import Final

Keys = tuple[tuple[str, str], ...]
"""(keys, what they do). Several ways are apart by " or ", neighbours joined by " … "."""

SHORTCUTS: Final[tuple[tuple[str, Keys], ...]] = (
    (
        "Form",
        (
            ("Ctrl+Enter", "Generate"),
            ("Ctrl+Shift+Enter", "Generate before all that wait"),
            ("Ctrl+Z", "Undo in the form"),
            ("Ctrl+Y or Ctrl+Shift+Z", "Redo in the form"),
            ("Ctrl+N", "New form"),
            ("Ctrl+Shift+V", "Paste a request or a table"),
            ("@", "Name a reference"),
            ("/", "Write a snippet"),
            ("Ctrl+Shift+K", "Keep words as a snippet"),
            ("Up", "Earlier prompts, if empty"),
            ("Alt+Left or Alt+Right", "Move what is in a slot"),
        ),
    ),
    (
        "Presets",
        (
            ("Ctrl+P", "Find a preset"),
            ("Ctrl+1 … Ctrl+9", "Load a pinned one"),
            ("Ctrl+S", "Save the preset"),
            ("Ctrl+Shift+S", "Save under a name"),
        ),
    ),
    (
        "Clips",
        (
            ("Ctrl+F", "Find clips"),
            ("Ctrl+Shift+F", "All filters"),
            ("Enter", "Open, or compare the chosen"),
            ("Space", "Look at it large"),
            ("P", "Pick"),
            ("X", "Reject"),
            ("Shift+X", "Neither"),
            ("0 … 5", "Rate"),
            ("N", "Notes"),
            ("T", "Tags"),
            ("Del", "To the bin"),
            ("Ctrl+Del", "All rejected ones to the bin"),
            ("Ctrl+Z", "Undo here, while it is offered"),
            ("Ctrl+C", "Copy the file"),
            ("Ctrl++ or Ctrl+-", "Larger or smaller"),
        ),
    ),
    (
        "From a clip",
        (
            ("U", "Use settings"),
            ("Shift+U", "Use prompt"),
            ("S", "Use seed"),
            ("C", "Continue from the last frame"),
            ("E", "Edit video"),
            ("R", "Run again"),
            ("Shift+R", "More takes"),
        ),
    ),
    (
        "Viewer",
        (
            ("Space", "Play or pause"),
            ("J K L", "Backwards, pause, forwards"),
            ("Left or Right", "One frame"),
            ("Shift+Left or Shift+Right", "One second"),
            ("Home or End", "First or last frame"),
            ("[ or ]", "Slower or faster"),
            ("I or O", "The part begins or ends"),
            ("Alt+X", "The whole clip again"),
            ("Ctrl+L", "Play in a loop"),
            ("Ctrl+Shift+C", "Copy the frame"),
            ("PgUp or PgDown", "The clip before or after"),
            ("W", "Wipe, when comparing two"),
            ("F11", "Full screen"),
            ("Esc", "Back to the clips"),
        ),
    ),
    (
        "Queue",
        (
            ("Ctrl+J", "Show or hide the queue"),
            ("Space", "Send or pause"),
            ("F2", "Edit in the form"),
            ("Alt+Up or Alt+Down", "Move it in line"),
            ("Alt+Home or Alt+End", "To the front or the end"),
            ("Del", "Take back, or off the list"),
            ("Enter", "All that can be done"),
        ),
    ),
    (
        "Window",
        (
            ("Ctrl+B", "Show or hide the form"),
            ("Ctrl+Shift+J", "Show or hide the messages"),
            ("Esc", "Close a message"),
            ("F1 or Shift+?", "This sheet"),
        ),
    ),
)


def all_keys() -> frozenset[str]:
    """Every combination that the sheet names, alone."""
    named = (keys for _, group in SHORTCUTS for keys, _ in group)
    return frozenset(one for keys in named for part in keys.split(" or ") for one in part.split(" … "))
