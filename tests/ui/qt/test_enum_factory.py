"""Qt's enumerations are what Python's `enum` would have made of them."""

import enum
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from kling_desktop.ui.qt import enum_factory

Members = list[tuple[str, int]]


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enum.EnumType, "_create_", enum.EnumType.__dict__["_create_"])  # as it was afterwards
    enum_factory.install()


def declared(base: Any, members: Any, **options: Any) -> Any:
    return base("Name", members, module=__name__, boundary=enum.KEEP, **options)


def made_by_python(base: Any, members: Members) -> Any:
    return declared(base, members, qualname="Name")  # a name of its own is left to Python


def facts(made: Any) -> dict[str, object]:
    """What the class and its members consist of."""
    parts = {key: re.sub(" at 0x[0-9a-f]+", "", repr(part)) for key, part in vars(made).items()}
    members = {name: {**vars(member), "__objclass__": None} for name, member in made.__members__.items()}
    return parts | {"members": members, "all there": all(member.__objclass__ is made for member in made)}


def qt_enumerations() -> Iterator[tuple[Any, Members]]:
    for module in (QtCore, QtGui, QtWidgets):
        for _, owner in inspect.getmembers(module, inspect.isclass):
            for one in (owner, *vars(owner).values()):
                if isinstance(one, enum.EnumType) and one.__members__:
                    members: Any = one.__members__.items()
                    yield one.__mro__[1], [(name, member.value) for name, member in members]


def test_each_of_qt_s_enumerations_has_the_parts_that_python_gives_it() -> None:
    found = list(qt_enumerations())
    assert len(found) > 500
    assert {base for base, _ in found} == {enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag}
    for base, members in found:
        assert facts(declared(base, members)) == facts(made_by_python(base, members)), members


@pytest.mark.parametrize("base", [enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag])
@pytest.mark.parametrize(
    "members",
    [
        [("A", 1), ("B", 2), ("Same", 2), ("Both", 3), ("None_", 0)],
        [("Late", 4), ("Early", 1), ("Above", 0x8000_0000)],
        [("Minus", -1), ("Zero", 0)],
        [("name", 1), ("value", 2)],
        [("_hidden", 1), ("B", 2)],
        [("real", 1), ("title", 2)],
        {"A": 1},
        ["A", "B"],
        "A B",
        [],
    ],
    ids=repr,
)
def test_whatever_is_declared_it_is_what_python_makes(base: Any, members: Any) -> None:
    try:
        wanted = facts(made_by_python(base, members))
    except ValueError as error:
        with pytest.raises(ValueError, match=str(error)):
            declared(base, members)
    else:
        assert facts(declared(base, members)) == wanted


def test_numbers_and_flags_are_looked_up_and_combined() -> None:
    kind = declared(enum.IntEnum, [("A", 1), ("B", 2)])
    assert (kind(2), kind["A"], kind.B + 1, list(kind)) == (kind.B, kind.A, 3, [kind.A, kind.B])
    with pytest.raises(ValueError, match="3 is not a valid"):
        kind(3)
    flags = declared(enum.Flag, [("A", 1), ("B", 2), ("Both", 3)])
    assert flags.A | flags.B is flags.Both
    assert ~flags.A & flags.Both is flags.B
    assert (flags(8) & flags.A, flags.B in flags.Both) == (flags(0), True)
