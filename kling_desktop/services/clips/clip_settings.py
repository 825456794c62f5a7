"""Stores the settings of clips that can't hold them in the file beside the clips, where their reviews are too.

They are found by the clip's content, whatever it is called and wherever it was moved together with that file.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.store.library.review_file import parse_line, read_lines, rewrite_lines

_SETTINGS = "settings"


def write_settings(folder: Path, digest: str, settings: str) -> None:
    """Store the settings of the clip with this content.

    Args:
        folder: Where the clip is.
        digest: The clip's.
        settings: A JSON object that names the job.

    Raises:
        OSError: The file can't be written.
    """
    value = json.loads(settings)
    line = json.dumps({"job": value.get("job"), "digest": digest, _SETTINGS: value}, ensure_ascii=False)

    def add(lines: list[str]) -> list[str]:
        return [*(old for old in lines if not (digest in old and _is_for(old, digest))), line]

    rewrite_lines(folder, add)


def find_settings(file: Path, folders: Iterable[Path] = ()) -> str | None:
    """Return the settings of a clip from the file beside it, or in one of these folders; None if there are none.

    Blocks: the clip is read if there are any settings.
    """
    digest = ""
    for folder in dict.fromkeys((file.parent, *folders)):
        try:
            lines = [line for line in read_lines(folder) if f'"{_SETTINGS}"' in line]
            digest = digest or (content_digest(file) if lines else "")
        except OSError:
            continue
        for line in lines:
            if digest in line and _is_for(line, digest):
                return json.dumps(parse_line(line)[_SETTINGS], ensure_ascii=False)
    return None


def _is_for(line: str, digest: str) -> bool:
    values = parse_line(line)
    return values.get("digest") == digest and isinstance(values.get(_SETTINGS), dict)
