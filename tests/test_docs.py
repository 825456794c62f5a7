"""What the documents for contributors point to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kling_desktop"
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".github/SECURITY.md")]
NOT_IN_GIT = (".venv", "out/")
TEMPLATE = re.compile(r"[<>…*]|\bN\b|\bNAME\b")

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)


def quoted(document: Path) -> set[str]:
    """What stands in backticks on one line, without the blocks of code."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"`([^`\n]+)`", text))


@documents
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    paths = [
        name
        for name in quoted(document)
        if re.fullmatch(r"[\w./-]+(/|\.py|\.md|\.toml|\.txt|\.sql)|\w+/[\w./-]+", name)
        and not name.startswith(NOT_IN_GIT)
        and not TEMPLATE.search(name)
    ]
    found = [name for name in paths if any((folder / name).exists() for folder in places(document, name))]
    assert [name for name in paths if name not in found] == []


def places(document: Path, name: str) -> list[Path]:
    """A name with a folder is relative to the repository or the package; a bare one may be anywhere in them."""
    if "/" in name:
        return [ROOT, PACKAGE, document.parent]
    return [
        ROOT,
        *(path.parent for folder in (PACKAGE, ROOT / "packaging", ROOT / "tests") for path in folder.rglob(name)),
    ]


@documents
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_class_and_constant_that_contributing_names_is_defined() -> None:
    shape = re.compile(r"(?!Q[A-Z])[A-Z]\w*[a-z]\w*|[A-Z]+(_[A-Z]+)*")  # Qt's own are not ours
    names = {name for name in quoted(ROOT / "CONTRIBUTING.md") if shape.fullmatch(name)}
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))
    defined = set(re.findall(r"^class (\w+)|^([A-Z_]+)\b.*=|^(\w+) = \($", code, flags=re.MULTILINE))
    known = {name for groups in defined for name in groups if name} | {"None", "Unreleased"}
    assert sorted(names - known) == []
