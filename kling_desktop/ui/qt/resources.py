"""Where the app's data files are."""

from pathlib import Path


def resource(path: str) -> Path:
    """The file at `path` under `resources/`, found the same way in a checkout, a wheel and a bundle."""
    package = Path(__file__).parents[2]
    installed = package / "resources"
    return (installed if installed.is_dir() else package.parent / "resources") / path
