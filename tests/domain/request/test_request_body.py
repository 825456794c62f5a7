"""Keys of a pasted request that nobody here knows."""

from dataclasses import replace

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.request_body import NO_UNKNOWN_PARAMS, build_body, unknown_params

PASTED = Draft(prompt="x", extra={"note": "hi"}, extra_parameters={"wobble": 0.3, "list": ["a" * 99]})


def test_all_that_is_sent_beside_the_form_is_named_with_its_value() -> None:
    assert [(one.name, one.value) for one in unknown_params(PASTED)] == [
        ("note", '"hi"'),
        ("wobble", "0.3"),
        ("list", f'["{"a" * 38}…'),
    ]
    assert unknown_params(Draft()) == ()


def test_what_is_left_out_is_not_sent_and_the_rest_is() -> None:
    wobble = next(one for one in unknown_params(PASTED) if one.name == "wobble")
    body = build_body(replace(PASTED, **wobble.without))
    assert ("wobble" in body["parameters"], "list" in body["parameters"], body["note"]) == (False, True, "hi")
    assert build_body(replace(PASTED, **NO_UNKNOWN_PARAMS)) == build_body(Draft(prompt="x"))
