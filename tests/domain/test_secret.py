"""A wrapped key stays out of texts."""

import copy
import json
import pickle
import traceback

import pytest

from kling_desktop.domain.secret import Secret

KEY = "c0ffee00-canary"


def test_a_secret_is_shown_only_by_reveal() -> None:
    secret = Secret(KEY)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", f"{secret:>20}", "%s %r" % (secret, secret)]  # noqa: UP031
    assert secret.reveal() == KEY
    assert not any(KEY in text for text in shown)
    assert all("•••" in text for text in shown)


@pytest.mark.parametrize("write", [json.dumps, pickle.dumps, copy.copy, copy.deepcopy, vars, list])
def test_a_secret_does_not_get_into_a_file_by_accident(write: object) -> None:
    assert callable(write)
    with pytest.raises(TypeError) as told:
        write(Secret(KEY))
    assert KEY not in "".join(traceback.format_exception(told.value))


def test_two_secrets_are_equal_when_their_texts_are() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret(KEY + "x")
    assert Secret(KEY) != KEY
    assert Secret("schlüssel\ud800") == Secret("schlüssel\ud800")
    assert {Secret(KEY): 1}[Secret(KEY)] == 1


def test_an_empty_secret_counts_as_none() -> None:
    assert not Secret("")
    assert Secret(KEY)
