"""What is asked for too early is done as soon as there is somebody to do it."""

from kling_desktop.controllers.deferred_calls import DeferredCalls


def test_calls_wait_for_a_target_and_come_in_their_order() -> None:
    calls, said = DeferredCalls[list[str]](), list[str]()
    calls.call(lambda target: target.append("first"))
    calls.call(lambda target: target.append("second"))
    calls.call_now(lambda target: target.append("never"))
    calls.resolve(said)
    calls.call(lambda target: target.append("third"))
    calls.call_now(lambda target: target.append("fourth"))
    assert said == ["first", "second", "third", "fourth"]


def test_without_a_target_calls_wait_for_the_next_one() -> None:
    calls, before, after = DeferredCalls[list[str]](), list[str](), list[str]()
    calls.resolve(before)
    calls.withdraw()
    calls.call(lambda target: target.append("later"))
    assert calls.target is None
    calls.resolve(after)
    assert (before, after) == ([], ["later"])
