"""Texts that people paste, from many tools: the same request as written, or a sentence that names what isn't clear."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.request_parser import parse_request
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.request.request_body import build_body

PROMPT = "A paper boat floats down a gutter"
PARAMETERS = {"prompt": PROMPT, "duration": 5, "width": 1920, "height": 1080}
BODY = {"model": "kling-video-o-1", "public": False, "parameters": PARAMETERS}
J, JP = json.dumps(BODY), json.dumps(BODY, indent=2)
URL = "https://cloud.leonardo.ai/api/rest/v2/generations"
ESCAPED = J.replace('"', '\\"')
SIZES = "duration: 5, width: 1920, height: 1080"
TOP = "model: 'kling-video-o-1', public: false"
SIZES_PHP = "'duration' => 5, 'width' => 1920, 'height' => 1080"
TOP_PHP = "'model' => 'kling-video-o-1', 'public' => false"
SIZES_PY = "'duration': 5, 'width': 1920, 'height': 1080"
TOP_PY = "'model': 'kling-video-o-1', 'public': False"
PAIRS = '"duration": 5, "width": 1920, "height": 1080'
MODEL = '"model": "kling-video-o-1", "public": false'


def body_with(prompt: str) -> str:
    return json.dumps(BODY | {"parameters": PARAMETERS | {"prompt": prompt}})


def before_lines(before: str, text: str) -> str:
    return "\n".join(before + line for line in text.splitlines())


def python(prompt: str) -> str:
    return f"body = {{{TOP_PY}, 'parameters': {{'prompt': {prompt}, {SIZES_PY}}}}}"


def script(prompt: str) -> str:
    return f"const b = {{{TOP}, parameters: {{prompt: {prompt}, {SIZES}}}}}"


def php(prompt: str) -> str:
    return f"<?php\n$body = [{TOP_PHP}, 'parameters' => ['prompt' => {prompt}, {SIZES_PHP}]];"


SAME = {
    "postman": json.dumps(
        {"item": [{"item": [{"request": {"body": {"mode": "raw", "raw": JP}, "url": {"raw": URL}}}]}]}
    ),
    "insomnia 4": json.dumps(
        {"resources": [{"_type": "request", "body": {"mimeType": "application/json", "text": JP}}]}
    ),
    "insomnia 5": f"collection:\n  - url: {URL}\n    body:\n      text: |-\n{before_lines('        ', JP)}\n",
    "insomnia 5, quoted": f"      text: {json.dumps(JP)}\n",
    "bruno": f"post {{\n  url: {URL}\n  body: json\n}}\n\nbody:json {{\n{before_lines('  ', JP)}\n}}\n",
    "http file": f"### make\nPOST {{{{host}}}}/generations\nAuthorization: Bearer {{{{key}}}}\n\n{JP}\n\n###\nGET x\n",
    "har": json.dumps({"log": {"entries": [{"request": {"url": "x"}}, {"request": {"postData": {"text": J}}}]}}),
    "n8n flow": json.dumps({"nodes": [{"parameters": {}, "type": "trigger"}, {"parameters": {"jsonBody": J}}]}),
    "make": json.dumps({"flow": [{"id": 1, "module": "http:ActionSendData", "mapper": {"url": URL, "data": JP}}]}),
    "zapier": json.dumps({"url": URL, "method": "POST", "data": J, "headers": {}}),
    "notebook": json.dumps({"cells": [{"source": ["import requests\n", f"body = {BODY!r}\n"]}]}),
    "requests": f"r = requests.post('{URL}', json={BODY!r}, headers=h)",
    "httpx": f"httpx.post(url, content='''{JP}''')",
    "dumps": f"requests.post(url, data=json.dumps({BODY!r}))",
    "dict": "dict(model='kling-video-o-1', public=False, parameters=dict("
    f"prompt='{PROMPT}', duration=5, width=1920, height=1080))",
    "repl": before_lines(">>> ", f"body = {json.dumps(BODY, indent=1).replace('false', 'False')}"),
    "fetch": f"await fetch(u, {{ headers: {{ a: `b ${{k}}` }}, body: JSON.stringify({script(repr(PROMPT))[10:]}) }});",
    "axios": f"axios.post(url, {script(f'`{PROMPT}`')[10:]}).then(r => {{ console.log(r) }})",
    "json5": f"{{\n // note\n {TOP}, /* x */ parameters: {{prompt: '{PROMPT}', {SIZES},}}, # end\n}}",
    "go, raw": f'payload := strings.NewReader(`{JP}`)\nreq, _ := http.NewRequest("POST", url, payload)',
    "go, quoted": f"payload := strings.NewReader({json.dumps(JP)})",
    "go, map": f'body := map[string]any{{{MODEL}, "parameters": map[string]any{{"prompt": "{PROMPT}", {PAIRS}}}}}',
    "php": php(f"'{PROMPT}'"),
    "php, array": f"<?php $b = array({TOP_PHP}, 'parameters' => array('prompt' => '{PROMPT}', {SIZES_PHP}));",
    "php, fields": f"curl_setopt_array($curl, [CURLOPT_URL => '{URL}', CURLOPT_POSTFIELDS => '{J}',]);",
    "ruby": f"body = {script(repr(PROMPT))[10:]}.to_json",
    "rust": f"let body = json!({J});",
    "rust, raw": f'let body = r#"{J}"#;',
    "c#": 'var b = new { model = "kling-video-o-1", @public = false, parameters = '
    f'new {{ prompt = "{PROMPT}", duration = 5, width = 1920, height = 1080 }} }};',
    "c#, raw": f'var json = """\n{JP}\n""";',
    "c#, verbatim": 'var json = @"' + J.replace('"', '""') + '";',
    "java": f'RequestBody body = RequestBody.create(mediaType, "{ESCAPED}");',
    "kotlin": 'val body = mapOf("model" to "kling-video-o-1", "public" to false, "parameters" to mapOf('
    f'"prompt" to "{PROMPT}", "duration" to 5, "width" to 1920, "height" to 1080))',
    "swift": f'let body: [String: Any] = [{MODEL}, "parameters": ["prompt": "{PROMPT}", {PAIRS}]]',
    "word": f"curl –X POST {URL} —data ‘{J.replace(chr(34), '”')}’",
    "no-break spaces": JP.replace("  ", "\u00a0\u00a0"),
    "no-break spaces in a command": f"curl\u00a0-X POST {URL}\u00a0-d\u00a0'{J}'",
    "zero-width spaces": "\u200b" + JP.replace("{\n", "{\u200b\n"),
    "fences": f'First:\n```bash\nexport KEY=1\n```\nthen\n```json\n{JP}\n```\nResponse:\n```json\n{{"id": "x"}}\n```\n',
    "chat": f"User: can you fix it?\nAssistant: Sure! It's like this, don't use {{}} there:\n\n{J}\n\nUser: thanks",
    "e-mail": before_lines("> ", f"Try this:\n{JP}"),
    "e-mail, twice": before_lines("> > ", f"curl {URL} \\\n -d '{JP}'"),
    "terminal": f"$ curl {URL} \\\n> -d '" + JP.replace("\n", "\n> ") + "'",
    "log": f'2026-12-01T10:00:00Z INFO http: POST {URL} body="{ESCAPED}" status=200',
    "log of compose": before_lines("app_1  | ", JP),
    "line numbers": "\n".join(f"{number:3}  {line}" for number, line in enumerate(JP.splitlines(), 1)),
    "diff": before_lines("+", JP),
    "page source": f"<pre>{J.replace(chr(34), '&quot;')}</pre>",
    "windows line ends": f"curl -X POST {URL} \\\r\n  -H 'a: b' \\\r\n  -d '{J}'\r\n",
    "percent": f"curl {URL} -d 'payload={quote(J)}'",
    "urlencode": f"curl {URL} --data-urlencode 'body={J}'",
    "json option": f"curl --json '{J}' {URL}",
    "form field": f"curl {URL} -F 'data={J}'",
    "here-string": f"curl {URL} -d @- <<< '{J}'",
    "echo": f"echo '{J}' | curl -X POST {URL} -d @-",
    "cat": f"cat <<EOF | curl {URL} --data-binary @-\n{JP}\nEOF\n",
    "substitution": f"curl {URL} -d \"$(cat <<'EOF'\n{JP}\nEOF\n)\"",
    "variable": f"BODY='{J}'\ncurl {URL} -d \"$BODY\"",
    "read": f"read -r -d '' BODY <<EOF\n{JP}\nEOF\ncurl {URL} -d \"$BODY\"",
    "ansi": f"curl {URL} -d $'{J}'",
    "cmd": f'curl -X POST ^\r\n  {URL} ^\r\n  -d "{ESCAPED}"\r\n',
    "wget": f"wget --quiet --header='A: b' --post-data='{J}' -O - {URL}",
    "httpie": f"http POST {URL} --raw '{J}'",
    "httpie, items": f"http POST {URL} A:x model=kling-video-o-1 public:=false 'parameters[prompt]={PROMPT}' "
    "parameters[duration]:=5 parameters[width]:=1920 parameters[height]:=1080",
    "httpie, json": f"https POST x.ai/y model=kling-video-o-1 public:=false parameters:='{json.dumps(PARAMETERS)}'",
    "httpie, pipe": f"echo '{J}' | http POST {URL}",
    "powershell, table": "$body = @{\n  model = 'kling-video-o-1'\n  public = $false\n  parameters = @{\n"
    f"    prompt = '{PROMPT}'\n    duration = 5\n    width = 1920\n    height = 1080\n  }}\n}} | ConvertTo-Json\n"
    "Invoke-RestMethod -Uri $url -Method Post -Body $body",
    "powershell, inline": f"Invoke-RestMethod -Uri '{URL}' -Method POST `\n -Body '{J}'",
    "powershell, here-string": f"$b = @'\n{JP}\n'@\nirm {URL} -Method Post -Body $b",
    "powershell, splat": f"$p = @{{ Uri = '{URL}'; Method = 'Post'; Body = '{J}' }}\nInvoke-RestMethod @p",
    "powershell, escaped": f'Invoke-WebRequest -Uri "{URL}" -Body "{J.replace(chr(34), "`" + chr(34))}"',
    "prose": f"I don't use curl, it's fine. Here's mine:\n{J}",
    "a list of one": f"[{J}]",
}
NAMED = {
    "postman": (json.dumps({"item": [{"request": {"body": {"raw": body_with("{{prompt}}")}}}]}), "{{prompt}}"),
    "http file": (f"@idea = fox\nPOST x\n\n{body_with('{{idea}}')}", "{{idea}}"),
    "f-string": (python("f'A {animal} naps'"), "animal"),
    "f-string of the body": (
        "d = f'" + J.replace("{", "{{").replace("}", "}}").replace(PROMPT, "{idea}") + "'",
        "idea",
    ),
    "plus": (python("'A ' + animal + ' naps'"), "animal"),
    "percent sign": (python("'A %s naps' % animal"), "animal"),
    "format": (python("'A {} naps'.format(animal)"), "animal"),
    "variable": (python("my_prompt"), "my_prompt"),
    "parameters": (f"b = {{{TOP_PY}, 'parameters': params}}", "params"),
    "template of the body": (f"const raw = `{body_with('${idea}')}`", "idea"),
    "ternary": (script("x ? 'a' : 'b'"), "x ? 'a' : 'b'"),
    "shorthand": (f"b = {{{TOP}, parameters: {{prompt, {SIZES}}}}}", "prompt"),
    "spread": (f"b = {{...base, {TOP}, parameters: {{prompt: 'a', {SIZES}}}}}", "...base"),
    "go": (
        f'b := map[string]any{{{MODEL}, "parameters": map[string]any{{"prompt": fmt.Sprintf(a), {PAIRS}}}}}',
        "Sprintf",
    ),
    "php": (php('"A $animal naps"'), "$animal"),
    "php, dots": (php("'A ' . $animal . ' naps'"), "$animal"),
    "php, here-document": (f"<?php\n$b = <<<JSON\n{body_with('A $animal naps')}\nJSON;\n", "$animal"),
    "ruby": (script('"A #{animal} naps"'), "animal"),
    "kotlin": (f'val b = mapOf("x" to 1)\n{body_with("A $animal naps")}', "$animal"),
    "swift": (f'let b = [{MODEL}, "parameters": ["prompt": "A \\(animal) naps", {PAIRS}]]', "animal"),
    "dart": (f"body: jsonEncode({python(repr('A $animal naps'))[7:]})", "$animal"),
    "n8n": (json.dumps({"parameters": {"jsonBody": "=" + body_with("{{ $json.idea }}")}}), "{{ $json.idea }}"),
    "n8n, code": (
        json.dumps({"parameters": {"jsonBody": J.replace(f'"{PROMPT}"', "{{ JSON.stringify($x) }}")}}),
        "stringify",
    ),
    "n8n, pairs": (json.dumps({"parameters": {"bodyParameters": {}}, "typeVersion": 4}), "workflow"),
    "make": (json.dumps({"flow": [{"mapper": {"data": body_with("{{1.idea}}")}}]}), "{{1.idea}}"),
    "file": (f"curl {URL} -d @body.json", "body.json"),
    "standard input": (f"curl {URL} -d @-", "elsewhere"),
    "form": (f"curl {URL} -F prompt=boat -F model=x", "form"),
    "upload": (f"curl -T body.json {URL}", "body.json"),
    "wget": (f"wget --post-file=body.json {URL}", "body.json"),
    "powershell, file": (f"Invoke-RestMethod {URL} -Method Post -InFile body.json", "body.json"),
    "here-document": (f"curl {URL} -d @- <<EOF\n{body_with('A $ANIMAL naps')}\nEOF\n", "$ANIMAL"),
    "unknown variable": (f'curl {URL} -d "$BODY"', "$BODY"),
    "spliced quotes": (f"curl {URL} -d '{body_with('A XX naps')}'".replace("XX", "'\"$ANIMAL\"'"), "$ANIMAL"),
    "substitution": (f'curl {URL} -d "$(cat body.json)"', "body.json"),
    "cmd": (f'curl {URL} ^\n -d "{ESCAPED.replace(PROMPT, "%IDEA% naps")}"', "%IDEA%"),
    "powershell": (f'$b = @"\n{body_with("A $animal naps")}\n"@\nirm {URL} -Method Post -Body $b', "$animal"),
    "an apostrophe": (f"curl {URL} -d '{body_with(chr(39) + 's boat')}'", "inside quotes"),
    "NaN": (J.replace('"duration": 5', '"duration": NaN'), "NaN"),
    "infinity": (J.replace('"duration": 5', '"duration": 1e999'), "1e999"),
    "5,000 digits": (J.replace('"duration": 5', '"duration": ' + "9" * 5000), "“duration” must be"),
    "a seed of 5,000 digits": (J.replace('"duration": 5', '"duration": 5, "seed": ' + "9" * 5000), "“seed” must be"),
    "a word": (script("'a fox', extra: SOMETHING"), "“parameters.extra” is “SOMETHING”"),
    "a number nobody knows": (J.replace('"duration": 5', '"duration": 5, "x": NaN'), "“parameters.x” is “NaN”"),
    "cut off": (JP[:-20], "isn't complete"),
    "no comma": (JP.replace('"public": false,', '"public": false'), "isn't JSON"),
}


def outcome(text: str) -> tuple[object, list[str], list[str]]:
    """What would be sent, or None; the problems; the warnings."""
    try:
        reading = parse_request(text)
    except UserError as error:
        return None, [str(error)], []
    form = resolve(reading.draft, find_model(reading.draft.model))
    problems = [message for _, message in (*reading.problems, *form.problems)]
    body = build_body(reading.draft)
    json.dumps(body, allow_nan=False)
    return None if problems else body, problems, [message for _, message in (*reading.warnings, *form.warnings)]


@pytest.mark.parametrize("source", SAME)
def test_the_same_request_is_read_from(source: str) -> None:
    body, problems, _ = outcome(SAME[source])
    assert (problems, body) == ([], BODY)


@pytest.mark.parametrize("source", NAMED)
def test_what_is_not_clear_is_named_in(source: str) -> None:
    text, named = NAMED[source]
    body, problems, _ = outcome(text)
    assert body is None
    assert any(named in sentence for sentence in problems), problems


def test_a_prompt_keeps_its_letters_in_every_spelling() -> None:
    word = "{ “model”: “kling-video-o-1”, “parameters”: { “prompt”: “It’s a ”boat” at sea”, “width”: 1920 } }"
    assert parse_request(word).draft.prompt == "It’s a ”boat” at sea"
    fish = f"curl {URL} -d '{body_with('ItXX a boat')}'".replace("XX", "\\'s")
    assert parse_request(fish).draft.prompt == "It's a boat"
    caret = body_with("one\ntwo").replace('"', '\\"')
    assert parse_request(f'curl ^"{URL}^" --data-raw ^"{caret}^"').draft.prompt == "one\ntwo"
    here = f"curl {URL} -d @- <<'EOF'\n{body_with('costs $5 `here`')}\nEOF"
    assert parse_request(here).draft.prompt == "costs $5 `here`"


def test_of_several_requests_and_commands_it_is_said_which_is_used() -> None:
    assert "This contains 2 requests. Only the first is used" in outcome(f"{J}\n{body_with('other')}")[2]
    assert "This holds" not in "".join(outcome(f"{J}\n{JP}")[2])
    two = f"curl -X POST {URL}/x -d '{{}}'\ncurl {URL} -d '{J}'"
    assert "This contains 2 commands. The one that makes a video is used" in outcome(two)[2]
    body, _, warnings = outcome(J.replace('"public": false', '"public": true, "public": false'))
    assert body == BODY
    assert warnings == ["“public” appears more than once. The last value is used: false"]


def test_what_a_program_fills_in_becomes_a_blank() -> None:
    draft = parse_request(script("`A ${animal} naps in ${user.place}`")).draft
    assert (draft.prompt, draft.template_fields) == ("A {animal} naps in {user place}", ("animal", "user place"))


@settings(max_examples=150)
@given(
    st.sampled_from([*SAME.values(), *(text for text, _ in NAMED.values())]),
    st.integers(0, 3000),
    st.integers(0, 3),
    st.text(alphabet="\"'`\\{}[](),:;$^|<>@#%=+\n –“’\u00a0ab0-", max_size=3),
)
def test_a_damaged_text_is_read_or_refused_in_a_sentence(text: str, at: int, cut: int, put: str) -> None:
    at %= len(text)
    outcome(text[:at] + put + text[at + cut :])
