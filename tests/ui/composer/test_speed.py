"""A key press is redrawn before anybody sees it late."""

from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter, thread_time

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.request.draft import UPLOADED, Draft, StoredMedia
from tests.ui.composer.conftest import IMAGE_ID, FormDriver


def test_typing_into_a_long_prompt_stays_fast(open_form: Callable[..., FormDriver]) -> None:
    images = tuple(StoredMedia(IMAGE_ID, UPLOADED) for _ in range(4))
    form = open_form(
        Draft(prompt="@image1 walks past the cat. " + "Rain falls on the roof. " * 50, image_reference=images)
    )
    took, computed = [], []
    for key in "the rain begins, softly, on @image2 and the roof " * 4:
        began, began_computing = perf_counter(), thread_time()
        QTest.keyClicks(form.prompt, key)
        QApplication.processEvents()
        took.append(1000 * (perf_counter() - began))
        computed.append(1000 * (thread_time() - began_computing))
    for name, times in (("wall", took), ("own", computed)):
        p50, p99 = median(times), quantiles(times, n=100)[98]
        print(f"key press to redrawn form, {name} time: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    # The typical key by the thread's own time: a shared machine stalls now and then. The benchmark watches the p99.
    assert median(computed) < 8
