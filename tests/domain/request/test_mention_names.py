from kling_desktop.domain.request.mentions import mentioned_numbers, renumber


def test_mentions_follow_their_references() -> None:
    assert mentioned_numbers("@image2 and @IMAGE1, @image2, email@image.com") == (1, 2)
    assert renumber("@image1 over @Image2", {1: 2, 2: 1}) == "@image2 over @image1"
