"""The frozen program: the app, or one of the modules that it runs as a child process."""

import os
import sys

CHILDREN = ("kling_desktop.sandbox", "kling_desktop.media.isolated.worker_main")
"""The app starts these as `sys.executable -m MODULE`; in the bundle, sys.executable is this program."""
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def restore_environment() -> None:
    """Give back the environment that the user started the bundle with.

    The bootloader puts the bundle's libraries on the library path. This process needs that no longer, and the browser
    or file manager that it opens would load our libraries instead of its own.
    """
    for name in _LIBRARY_PATHS:
        before = os.environ.pop(f"{name}_ORIG", "")
        if before:
            os.environ[name] = before
        elif hasattr(sys, "_MEIPASS"):
            os.environ.pop(name, None)
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


def main() -> int:
    restore_environment()
    if sys.argv[1:2] == ["-m"] and sys.argv[2:3] and sys.argv[2] in CHILDREN:
        import runpy

        del sys.argv[1]  # run_module replaces the first word, as Python's own -m does
        module = sys.argv.pop(1)
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    from kling_desktop.__main__ import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
