"""What is copied for others holds nothing secret."""

import pytest

from kling_desktop.domain.privacy import hide_private

KEY = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"key {KEY}.", "key 01234567…."),
        (f"KEY={KEY.upper()}", "KEY=01234567…"),
        ("authorization: Bearer abc.def-ghi", "authorization: Bearer …"),
        ("https_proxy=http://me:pass%40word@proxy:8080", "https_proxy=http://…@proxy:8080"),
        ("socks5://token@10.0.0.1", "socks5://…@10.0.0.1"),
        ("password = hunter2, next", "password …, next"),
        ("api_key: abc123", "api_key …"),
        ("/home/maria/Videos by maria", "~/Videos by USER"),
        ("a marian choir", "a marian choir"),
        (
            "GET https://cdn/x.mp4?X-Amz-Signature=0af1&Key-Pair-Id=K2&w=1",
            "GET https://cdn/x.mp4?X-Amz-Signature=…&Key-Pair-Id=…&w=1",
        ),
        ("Qt: 6.11.3, 1440×900", "Qt: 6.11.3, 1440×900"),
    ],
)
def test_secrets_are_taken_out_and_the_rest_stays(text: str, shown: str) -> None:
    assert hide_private(text, "/home/maria", "maria") == shown
