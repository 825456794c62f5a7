"""Links fill in the form and do nothing else."""

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.link import is_link, is_new_form_link, parse_link
from kling_desktop.domain.request.draft import UPLOADED, Draft, StoredMedia
from kling_desktop.domain.request.models import Slot

ID = "1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10"


@pytest.mark.parametrize(
    "link",
    [
        "kling-desktop:form?prompt=A%20cat%20%26%20a%20d%C3%B6g&duration=10&size=1440x1440",
        "kling-desktop://form/?size=1440x1440&duration=10&prompt=A+cat+%26+a+d%C3%B6g#top",
        "KLING-DESKTOP:FORM?duration=10&prompt=A cat %26 a dög&size=1:1",
    ],
)
def test_a_link_fills_in_the_form_however_it_is_spelled(link: str) -> None:
    assert is_link(link)
    read = parse_link(link)
    assert read.problems == ()
    assert (read.draft.prompt, read.draft.duration) == ("A cat & a dög", 10)
    assert (read.draft.size.width, read.draft.size.height) == (1440, 1440)


def test_media_are_named_by_their_id() -> None:
    read = parse_link(f"kling-desktop:form?prompt=x&start_frame={ID}")
    assert read.draft.media(Slot.START_FRAME) == (StoredMedia(ID, UPLOADED),)


@pytest.mark.parametrize(
    "query",
    [
        "start_frame=/etc/passwd",
        "start_frame=file:///home/me/private.png",
        "image_reference=..%2Fprivate.png",
        "image_reference=private.png",
        "start_frame=https://192.168.1.1/router?reboot=1",
        "video_reference_base=/home/me/holiday.mp4",
        "duration=nonsense",
        "send=1",
        "clips_folder=/tmp",
        "%00=%00",
    ],
)
def test_what_a_link_may_not_name_is_left_out_and_said(query: str) -> None:
    read = parse_link(f"kling-desktop:form?prompt=A+cat&{query}")
    assert read.draft == parse_link("kling-desktop:form?prompt=A+cat").draft
    assert len(read.problems) == 1


@pytest.mark.parametrize(
    "link",
    [
        "kling-desktop:",
        "kling-desktop:send?prompt=x",
        "kling-desktop:render",
        "kling-desktop:form?prompt=" + "x" * 30_000,
    ],
)
def test_a_link_that_asks_for_anything_else_is_refused(link: str) -> None:
    with pytest.raises(UserError, match="can't be used"):
        parse_link(link)


def test_a_new_form_is_empty() -> None:
    assert is_new_form_link("kling-desktop:new")
    assert is_new_form_link("kling-desktop://new/")
    assert not is_new_form_link("kling-desktop:form?prompt=new")
    assert parse_link("kling-desktop:new").draft == Draft()
