"""The list of shortcuts names every key that works on jobs, clips and players, and calls it what the rest does."""

import pytest

from kling_desktop.domain.jobs.actions import Pane, key_bindings
from kling_desktop.ui.shell.shortcuts import SHORTCUTS, all_keys
from kling_desktop.ui.viewer.player.playback_actions import PLAYBACK_KEYS, PlaybackAction


def row(title: str, words: str) -> str:
    """The keys of the row with these words."""
    [keys] = [keys for keys, told in dict(SHORTCUTS)[title] if told == words]
    return keys


@pytest.mark.parametrize("pane", Pane, ids=str)
def test_every_key_of_the_table_is_listed(pane: Pane) -> None:
    ratings = {str(stars) for stars in range(1, 5)}  # between "0 … 5"
    assert set(key_bindings(pane)) - ratings - all_keys() == set()


def test_every_key_of_the_player_is_listed_and_every_playback_action_has_a_key() -> None:
    assert set(PLAYBACK_KEYS) <= all_keys()
    assert set(PLAYBACK_KEYS.values()) == set(PlaybackAction)


def test_keys_of_the_table_come_with_its_words() -> None:
    assert row("Clips", "Rate") == "0 … 5"
    assert row("Clips", "Open or compare clips") == "Enter"
    assert row("Clips", "Move to trash") == "Del"
    assert row("New from a clip", "Continue from last frame") == "C"
    assert row("Viewer", "Copy frame") == "Ctrl+Shift+C"
    assert row("Queue", "Send now or pause") == "Space"


def test_no_row_is_listed_twice() -> None:
    for _, rows in SHORTCUTS:
        assert len(set(rows)) == len(rows)
