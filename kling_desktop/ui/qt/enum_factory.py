"""Makes Qt's enumerations in an eighth of the time that Python takes for them.

PySide6 makes an `enum` class of each enumeration of a Qt class as soon as that class is touched: 330 of them with 4,500
members for the first paint, a tenth of the start. Python prepares each member for all that an enumeration may be, but
Qt's are all alike: names for plain numbers.
"""

import enum
import sys
from collections.abc import Callable
from typing import Any

_VERSIONS = ((3, 11), (3, 12), (3, 13))
"""The versions of Python whose classes ours are compared with. Any other makes them itself."""
_BASES: tuple[type[enum.Enum], ...] = (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)


def install() -> None:
    """Make the enumerations that are declared as a list of names and numbers from now on, as Qt's are."""
    create = enum.EnumType.__dict__["_create_"]
    if sys.version_info[:2] in _VERSIONS and not isinstance(create, _Factory):
        enum.EnumType._create_ = _Factory(create)  # type: ignore[attr-defined]


class _Factory:
    """Stands in for `EnumType._create_`, the method behind `Enum("Name", [("MEMBER", 1), …])`."""

    def __init__(self, create: Callable[..., type[enum.Enum]]) -> None:
        self._create = create
        self._parts = {}
        self._reserved = {}
        for base in _BASES:
            empty = create(base, "Empty", [], module=__name__, boundary=enum.KEEP)
            self._parts[base] = dict(vars(empty))
            self._reserved[base] = {"mro", *(name for one in empty.__mro__ for name in vars(one))}

    def __get__(self, base: Any, _owner: object = None) -> Callable[..., type[enum.Enum]]:
        def create(class_name: str, names: Any, **options: Any) -> type[enum.Enum]:
            if options.get("module") is None:
                options["module"] = sys._getframe(2).f_globals.get("__name__")  # noqa: SLF001  # as Python itself does
            if self._is_plain(base, names, **options):
                return self._make(base, class_name, names, options["module"])
            return self._create(base, class_name, names, **options)

        return create

    def _is_plain(
        self, base: Any, members: Any, *, boundary: Any = None, qualname: Any = None, type: Any = None, **_: Any
    ) -> bool:
        if base not in _BASES or boundary is not enum.KEEP or qualname or type or not isinstance(members, list):
            return False
        reserved, is_flag = self._reserved[base], issubclass(base, enum.Flag)
        for member in members:
            if member.__class__ is not tuple:
                return False
            name, value = member
            if value.__class__ is not int or (value < 0 and is_flag) or name in reserved or name[:1] in "_":
                return False
        return True

    def _make(self, base: Any, name: str, members: list[tuple[str, int]], module: str) -> type[enum.Enum]:
        parts = {key: part.copy() if type(part) in (list, dict) else part for key, part in self._parts[base].items()}
        parts["__module__"] = module
        made: Any = type.__new__(enum.EnumType, name, (base,), parts)
        made.__new__ = enum.Enum.__new__
        is_flag, is_number = issubclass(base, enum.Flag), issubclass(base, int)
        names, by_name, by_value = made._member_names_, made._member_map_, made._value2member_map_
        add = type.__setattr__
        for name, value in members:
            member = by_value.get(value)
            if member is None:
                by_value[value] = member = int.__new__(made, value) if is_number else object.__new__(made)
                member.__dict__.update(_value_=value, _name_=name, __objclass__=made, _sort_order_=len(names))
                if not is_flag or _is_single_bit(value):  # combinations of flags are no members of their own
                    names.append(name)
            by_name[name] = member
            add(made, name, member)
        if is_flag:
            _complete_flags(made, [value for _, value in members])
        return made  # type: ignore[no-any-return]


def _complete_flags(made: Any, values: list[int]) -> None:
    mask = singles = 0
    for value in values:
        mask |= value
        singles |= value if _is_single_bit(value) else 0
    made._flag_mask_, made._singles_mask_, made._all_bits_ = mask, singles, (1 << mask.bit_length()) - 1
    in_order = [made._member_map_[name]._value_ for name in made._member_names_]
    if in_order != sorted(in_order):
        made._iter_member_ = made._iter_member_by_def_


def _is_single_bit(value: int) -> bool:
    return value != 0 and not value & (value - 1)
