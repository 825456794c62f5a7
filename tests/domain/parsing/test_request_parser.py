"""One request in every form that people copy."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.request_parser import parse_request
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.request_body import build_body, to_curl, to_json
from tests.domain.draft_strategies import ID, drafts

URL = "https://cloud.leonardo.ai/api/rest/v2/generations"
KEY = "11111111-2222-3333-4444-555555555555"
PROMPT = 'It\'s a "cat"!\n50 % café 🎬 {x} \\ $HOME'


def request(prompt: str = PROMPT) -> dict[str, Any]:
    frame = [{"image": {"id": ID, "type": "UPLOADED"}}]
    parameters = {"prompt": prompt, "duration": 10, "width": 1440, "height": 1440, "guidances": {"start_frame": frame}}
    return {"model": "kling-video-o-1", "public": False, "parameters": parameters}


def posix(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def chrome_bash(text: str) -> str:
    """As Chrome's “Copy as cURL (bash)” writes a string that needs it."""
    letters = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "!": "\\u0021"}
    return "$'" + "".join(letters.get(c, c if " " <= c <= "~" else _utf16(c)) for c in text) + "'"


def _utf16(letter: str) -> str:
    units = letter.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def chrome_cmd(text: str) -> str:
    """As Chrome's “Copy as cURL (cmd)” writes a string."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-:=+~'/.,?;()*`\n"
    return '^"' + "".join(c if c in plain else "^" + c for c in text).replace("\n", "^\n\n") + '^"'


def firefox_windows(text: str) -> str:
    """As Firefox's “Copy as cURL (Windows)” wrote a string before it took to Chrome's way."""
    text = text.replace('"', '""').replace("%", '"%"').replace("\\", "\\\\")
    return '"' + text.replace("\n", '"^\n\n"') + '"'


def typed_in_cmd(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


BODY = json.dumps(request())
PRETTY = json.dumps(request(), indent=2, ensure_ascii=False)
JSON_HEADER = "content-type: application/json"
COMMANDS = {
    "a shell": f"curl --request POST --url {URL} \\\n  --header '{JSON_HEADER}' \\\n  --data {posix(PRETTY)}",
    "a shell, Windows line ends": f"curl -X POST {URL} \\\r\n -d {posix(BODY)}",
    "a shell, option with an equals sign": f"curl --url={URL} --data={posix(BODY)}",
    "a shell, glued option": f"$ curl {URL} -d{posix(BODY)} | jq .",
    "Chrome, bash": f"curl {posix(URL)} \\\n  -H '{JSON_HEADER}' \\\n  --data-raw {chrome_bash(BODY)} --compressed",
    "Chrome, bash, all escaped": f"curl {posix(URL)} --data-raw {chrome_bash(PRETTY)}",
    "Chrome, cmd": f'curl ^"{URL}^" ^\n  -H ^"{JSON_HEADER}^" ^\n  --data-raw {chrome_cmd(BODY)} ^\n  --compressed',
    "Chrome, cmd, several lines": f'curl ^"{URL}^" ^\r\n  --data-raw {chrome_cmd(PRETTY)}',
    "Firefox, bash": f"curl {posix(URL)} --compressed -X POST --data-raw {chrome_bash(BODY)}",
    "Firefox, Windows": f'curl "{URL}" --compressed -X POST -H "Accept: */*" --data-raw {firefox_windows(BODY)}',
    "Firefox, Windows, several lines": f'curl "{URL}" -X POST --data-raw {firefox_windows(PRETTY)}',
    "Windows, one line": f'curl.exe --url "{URL}" --data {typed_in_cmd(BODY)}',
    "a document": f"# How to\n\nRun this:\n\n```sh\ncurl {URL} --data {posix(PRETTY)}\n```\n\nThen *wait*.\n",
}


@pytest.mark.parametrize("spelling", COMMANDS)
def test_a_curl_command_is_parsed_in_the_spelling_of(spelling: str) -> None:
    reading = parse_request(COMMANDS[spelling])
    assert reading.problems == ()
    assert build_body(reading.draft) == request()


PYTHON = f"""
import requests
# the start frame is on Leonardo already
payload = {{
    'model': 'kling-video-o-1',  # O1
    "public": False,
    "parameters": {{
        "prompt": ("It's a \\"cat\\"!\\n50 % café "
                   "🎬 {{x}} \\\\ $HOME"),
        "duration": 10, "width": 1_440, "height": 1440,
        "guidances": {{"start_frame": [{{"image": {{"id": "{ID}", "type": "UPLOADED"}}}}],}},
    }},
}}
response = requests.post(url, json=payload, headers={{"authorization": f"Bearer {{key}}"}})
"""
JAVASCRIPT = f"""
const options = {{
  method: 'POST',
  headers: {{accept: 'application/json', authorization: `Bearer ${{key}}`}},
  body: JSON.stringify({{
    model: 'kling-video-o-1',
    public: false,
    parameters: {{
      prompt: 'It\\'s a "cat"!\\n' + "50 % café \\u{{1F3AC}} {{x}} \\\\ $HOME",
      duration: 10, width: 1440, height: 1440,
      /* one frame */
      guidances: {{ start_frame: [ {{ image: {{ id: "{ID}", type: 'UPLOADED' }} }} ] }},
    }},
  }}),
}};
"""
MARKDOWN = f"The body:\n\n```json\n{PRETTY}\n```\nand so on {{really}}."


@pytest.mark.parametrize("code", [PYTHON, JAVASCRIPT, MARKDOWN, repr(request())])
def test_code_and_documents_containing_a_body_are_parsed(code: str) -> None:
    reading = parse_request(code)
    assert reading.problems == ()
    assert build_body(reading.draft) == request()


def test_a_body_inside_a_string_of_code_is_parsed() -> None:
    simple = json.dumps(request("a cat"))
    reading = parse_request(f"payload = {json.dumps(simple)}\nrequests.post(url, data=payload)")
    assert build_body(reading.draft) == request("a cat")


def test_a_variable_in_the_code_counts_as_missing() -> None:
    reading = parse_request('{"model": "kling-video-o-1", "parameters": {"prompt": my_prompt, "seed": seed}}')
    assert [control for control, _ in reading.problems] == ["prompt", "seed"]


def test_the_key_in_a_copied_command_is_ignored_with_a_warning() -> None:
    reading = parse_request(f"curl {URL} -H 'authorization: Bearer {KEY}' -d {posix(BODY)}")
    assert "ignored" in reading.warnings[0].message
    assert KEY not in repr(reading)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("curl https://example.com", "no body"),
        (f"curl {URL} -d @body.json", "body.json"),
        (f"curl {URL} -d 'x=1'", "isn't a request"),
        (f"curl {URL} -d '{{", "inside quotes"),
        ('{"model": "x", "parameters": {"prompt": "a cat"', "line 1"),
        ("<!doctype html><p>hello</p>", "no request"),
        ('print("hello")', "no request"),
    ],
)
def test_a_text_without_a_request_is_refused(text: str, word: str) -> None:
    with pytest.raises(UserError, match=word):
        parse_request(text)


@given(st.text(max_size=60).map(lambda prompt: prompt + "x"), st.sampled_from([posix, chrome_bash, chrome_cmd]))
@example(prompt='^"x', spell=posix)  # looks as if it were written for Windows
def test_any_prompt_survives_any_spelling(prompt: str, spell: Any) -> None:
    prompt = prompt.replace("\r", "").replace("\0", "")
    body = json.dumps(request(prompt), ensure_ascii=False)
    assert (
        parse_request(f"curl {posix(URL) if spell is not chrome_cmd else URL} --data-raw {spell(body)}").draft.prompt
        == prompt
    )


@given(st.text(alphabet="{}[](),:'\"`\\^$<>_aTn10 \ncurl-d", max_size=80))
def test_no_text_breaks_the_request_parser(text: str) -> None:
    with suppress(UserError):
        parse_request(text)
    with suppress(UserError):
        parse_request("curl " + text)


def test_a_hostile_text_is_parsed_quickly() -> None:
    for text in (
        "{" * 500_000,
        '{"a":' * 100_000,
        "curl -d '" + "\\" * 500_000,
        "curl ^" + '"' * 500_001,
        "'" * 400_001,
    ):
        with suppress(UserError):
            parse_request(text)


@given(drafts())
def test_a_request_copied_as_curl_or_json_is_parsed_unchanged(draft: Draft) -> None:
    if resolve(draft, KLING_O1).problems:
        return
    for text in (to_curl(draft), to_json(draft)):
        assert build_body(parse_request(text).draft) == build_body(draft)
    assert "Bearer $LEONARDO_API_KEY" in to_curl(draft)
