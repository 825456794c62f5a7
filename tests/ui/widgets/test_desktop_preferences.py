"""What the desktop says about its user's preferences."""

from typing import Any

import pytest

from kling_desktop.ui.theme.desktop_preferences import DesktopPreferences, preferences_from

APPEARANCE, GNOME, KDE = "org.freedesktop.appearance", "org.gnome.desktop.interface", "org.kde.kdeglobals.KDE"


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ({}, DesktopPreferences()),
        ({APPEARANCE: {"contrast": 0, "reduced-motion": 0}}, DesktopPreferences()),
        ({APPEARANCE: {"contrast": 1, "reduced-motion": 1}}, DesktopPreferences(True, True)),
        (
            {GNOME: {"enable-animations": False, "text-scaling-factor": 1.5}},
            DesktopPreferences(True, False, 1.5),
        ),
        ({GNOME: {"enable-animations": True, "text-scaling-factor": 90}}, DesktopPreferences()),
        ({GNOME: {"text-scaling-factor": "large"}}, DesktopPreferences()),
        ({KDE: {"AnimationDurationFactor": 0.0}}, DesktopPreferences(True)),
        ({KDE: {"AnimationDurationFactor": 1.0}}, DesktopPreferences()),
    ],
)
def test_preferences_are_read(said: dict[str, dict[str, Any]], understood: DesktopPreferences) -> None:
    assert preferences_from(said) == understood
