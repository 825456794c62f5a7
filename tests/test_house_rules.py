"""Rules of the house that no linter knows."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lines_with(pattern: str, *folders: str) -> list[str]:
    """path: line, for every line of code that holds the pattern."""
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__)
        for line in path.read_text(encoding="utf-8").splitlines()
        if found.search(line)
    ]


def test_no_dialog_or_menu_runs_a_loop_of_its_own() -> None:
    # Under qasync other tasks would lose their wake-ups. A drag has no other way.
    assert [line for line in lines_with(r"\.exec\(", "kling_desktop") if "drag.exec(" not in line] == []


def test_nothing_is_mocked() -> None:
    assert lines_with(r"unittest\.mock|import mock|pytest_mock|\bmocker\b", "tests", "kling_desktop") == []


def test_no_test_is_skipped() -> None:
    assert lines_with(r"mark\.(skip|xfail)|pytest\.skip\(", "tests") == []


def test_no_qt_object_is_made_with_a_property_that_begins_with_an_i() -> None:
    # PySide capitalizes the name to find its setter. In a Turkish locale there is no capital I for i, and the window
    # doesn't open.
    assert lines_with(r"\bQ[A-Z]\w+\([^()]*\bi[a-zA-Z]+=", "kling_desktop") == []


def test_text_from_outside_is_never_read_as_markup() -> None:
    # Qt reads tooltips, labels and message boxes as HTML if they look like it, with the pictures they name.
    tips = lines_with(r"setToolTip\((?!\s*$)|showText\(", "kling_desktop/ui", "kling_desktop/controllers")
    literal = re.compile(r"""setToolTip\("[^"]*"( if .* else "[^"]*")?\)|plain_tip\(""")
    assert [line for line in tips if not literal.search(line)] == []
    banned = r"QMessageBox|QErrorMessage|QWhatsThis|setWhatsThis|setStatusTip|\.setHtml\(|\.setMarkdown\("
    assert lines_with(banned, "kling_desktop") == []
    for module in (ROOT / "kling_desktop").rglob("*.py"):
        code = module.read_text(encoding="utf-8")
        assert not re.search(r"\(QLabel\)|\bQLabel\(", code) or "setTextFormat(" in code, module


def test_the_model_is_passed() -> None:
    # A second model is one more row in model_table.py. Whoever needs a model's limits gets them with the form or looks
    # them up by the ID in the request.
    layers = ("api", "cli", "controllers", "domain", "media", "services", "store", "ui")
    named = lines_with(r"\bKLING_O1\b|[\"']kling-video", *(f"kling_desktop/{layer}" for layer in layers))
    assert [line for line in named if not line.startswith("kling_desktop/domain/request/model_table.py")] == []
    # An empty draft asks for the default model; nothing else knows which one that is.
    default = lines_with(r"\bDEFAULT_MODEL\b", "kling_desktop")
    known = ("kling_desktop/domain/request/model_table.py", "kling_desktop/domain/request/draft.py")
    assert [line for line in default if not line.startswith(known)] == []


def modules() -> list[Path]:
    """All of the package but the sandbox, which speaks of scenes and films of its own."""
    return [path for path in sorted((ROOT / "kling_desktop").rglob("*.py")) if "sandbox" not in path.parts]


NOT_OUR_WORDS = re.compile(
    r"told|said|deeds?|verbs?|kin|kindred|family|apart|beside|aside|bin|ways?|opinion|judge(d|ments?)?|cull|shown|desks?"
    r"|front|middle|below|orders?|ordered|others|lost|doubts?|usual|material|news|shelf|carrier|mend|film"
)
NOUNS = frozenset({"billing", "packing", "parsing", "pending", "ring", "segmented", "spending"})


def test_modules_are_named_by_the_vocabulary() -> None:
    # CONTRIBUTING.md has the words to use instead.
    names = {part for path in modules() for part in (path.stem, path.parent.name)}
    words = {name: [part for part in name.split("_") if NOT_OUR_WORDS.fullmatch(part)] for name in names}
    assert {name: found for name, found in words.items() if found and name != "clip_order"} == {}  # that sorts clips
    participles = {name for name in names if re.search(r"(ing|ed)$", name)}
    assert sorted(participles - NOUNS - {"star_rating", "isolated"}) == []


def test_no_two_classes_have_the_same_name() -> None:
    code = [path.read_text(encoding="utf-8") for path in modules()]
    names = [name for text in code for name in re.findall(r"^class ([A-Z]\w*)", text, flags=re.MULTILINE)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_folder_holds_more_than_about_twenty_modules() -> None:
    sizes = Counter(path.parent.relative_to(ROOT).as_posix() for path in modules() if path.stem != "__init__")
    # The widgets are one kind of thing behind one face.
    assert {folder: size for folder, size in sizes.items() if size > 21 and folder != "kling_desktop/ui/widgets"} == {}
