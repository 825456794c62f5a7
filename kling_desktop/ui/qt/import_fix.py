"""Loads PySide6 and psygnal without what they bring along and this app doesn't use: a tenth of the start."""

import builtins
import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from kling_desktop.ui.qt import enum_factory

_PYI_TOOLS = ("shibokensupport.signature.lib.pyi_generator", "shibokensupport.signature.lib.enum_sig")
"""They write the type hints that PySide6 is released with. It compiles them at every start."""
_METADATA = "importlib.metadata"
"""psygnal looks up its own version there, which loads a parser for e-mails."""


def load() -> None:
    """Call this before anything else imports PySide6 or psygnal.

    PySide6 replaces Python's import with its own, which reads the source of every module imported afterwards in search
    of `from __feature__ import …`. This app doesn't use that, and every line would stay in memory. So Python keeps its
    import function.
    """
    enum_factory.install()
    with _postponed(_PYI_TOOLS):
        import PySide6  # noqa: F401  # for what it does to the import
    with _without_metadata():
        import psygnal  # noqa: F401  # so that it finds no metadata


@contextmanager
def _postponed(names: Sequence[str]) -> Iterator[None]:
    """Import these modules in the body only if something in them is used."""
    usual = builtins.__import__

    def import_name(name: str, *rest: Any, **named: Any) -> ModuleType:
        if name == _PYI_TOOLS[0].rpartition(".")[0]:  # not earlier: PySide6 begins by removing what is there
            for one in names:
                sys.modules.setdefault(one, _PostponedModule(one))
        return usual(name, *rest, **named)

    builtins.__import__ = import_name
    try:
        yield
    finally:
        builtins.__import__ = usual


@contextmanager
def _without_metadata() -> Iterator[None]:
    stand_in = _NoMetadata(_METADATA)
    is_placed = sys.modules.setdefault(_METADATA, stand_in) is stand_in
    try:
        yield
    finally:
        if is_placed:
            del sys.modules[_METADATA]


class _PostponedModule(ModuleType):
    """A module that is loaded when somebody uses it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)
        self._path = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # looked for by the import itself
            raise AttributeError(name)
        if sys.modules.get(self._path) is self:
            del sys.modules[self._path]
        return getattr(importlib.import_module(self._path), name)


class _NoMetadata(ModuleType):
    """Has the two names that psygnal imports, and knows no package."""

    class PackageNotFoundError(ModuleNotFoundError):
        pass

    def version(self, name: str) -> str:
        raise self.PackageNotFoundError(name)
