"""Keys of a pasted request that nobody here knows."""

from dataclasses import replace

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.request_body import body_of
from kling_desktop.domain.request.unknown_params import NOTHING_ELSE, also_sent

PASTED = Draft(prompt="x", extra={"note": "hi"}, extra_parameters={"wobble": 0.3, "list": ["a" * 99]})


def test_all_that_is_sent_beside_the_form_is_named_with_its_value() -> None:
    assert [(one.name, one.value) for one in also_sent(PASTED)] == [
        ("note", '"hi"'),
        ("wobble", "0.3"),
        ("list", f'["{"a" * 38}…'),
    ]
    assert also_sent(Draft()) == ()


def test_what_is_left_out_is_not_sent_and_the_rest_is() -> None:
    wobble = next(one for one in also_sent(PASTED) if one.name == "wobble")
    body = body_of(replace(PASTED, **wobble.without))
    assert ("wobble" in body["parameters"], "list" in body["parameters"], body["note"]) == (False, True, "hi")
    assert body_of(replace(PASTED, **NOTHING_ELSE)) == body_of(Draft(prompt="x"))
