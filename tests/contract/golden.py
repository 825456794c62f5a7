"""Golden files: what the program did at the commit they were recorded from."""

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"
_RECORD = bool(os.environ.get("CONTRACT_RECORD"))
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_HEX = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32})\b")
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_PORT = re.compile(r"127\.0\.0\.1:\d+")
_CLIP_END = re.compile(r" [0-9a-f]{8}(?= \d+\.|\.)")


def assert_golden(name: str, found: Any) -> None:
    """Compare with a golden file: text, or JSON with its keys in order."""
    text = found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    path = GOLDEN / name
    if _RECORD:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    golden = path.read_text(encoding="utf-8")
    lines = difflib.unified_diff(golden.splitlines(), text.splitlines(), f"golden/{name}", "found", lineterm="")
    assert text == golden, "\n".join(["", *lines])


def normalize(value: Any, *homes: Path) -> Any:
    """Replace whatever differs from run to run: IDs, digests, dates, ports, the home folder."""
    if isinstance(value, dict):
        return {normalize(key, *homes): normalize(inner, *homes) for key, inner in value.items()}
    if isinstance(value, list):
        return [normalize(inner, *homes) for inner in value]
    if not isinstance(value, str):
        return value
    for home in homes:
        value = value.replace(str(home), "<home>")
    value = _UUID.sub("<uuid>", value)
    value = _HEX.sub("<hex>", value)
    value = _DATE.sub("<date>", value)
    value = _PORT.sub("127.0.0.1:<port>", value)
    return _CLIP_END.sub(" <job>", value)


def shape(value: Any) -> Any:
    """Keep the keys, and only the type of each value. A list becomes the shapes of its items."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        shapes: list[Any] = []
        for inner in map(shape, value):
            if inner not in shapes:
                shapes.append(inner)
        return shapes
    return type(value).__name__
