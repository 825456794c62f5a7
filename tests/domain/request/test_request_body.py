"""Keys of a pasted request that the app doesn't know."""

from dataclasses import replace

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.request_body import NO_UNKNOWN_PARAMS, build_body, unknown_params

PASTED = Draft(prompt="x", extra={"note": "hi"}, extra_parameters={"wobble": 0.3, "list": ["a" * 99]})


def test_unknown_keys_are_listed_with_their_values() -> None:
    assert [(one.name, one.value) for one in unknown_params(PASTED)] == [
        ("note", '"hi"'),
        ("wobble", "0.3"),
        ("list", f'["{"a" * 38}…'),
    ]
    assert unknown_params(Draft()) == ()


def test_an_unknown_key_that_is_left_out_is_not_sent() -> None:
    wobble = next(one for one in unknown_params(PASTED) if one.name == "wobble")
    body = build_body(replace(PASTED, **wobble.without))
    assert ("wobble" in body["parameters"], "list" in body["parameters"], body["note"]) == (False, True, "hi")
    assert build_body(replace(PASTED, **NO_UNKNOWN_PARAMS)) == build_body(Draft(prompt="x"))
