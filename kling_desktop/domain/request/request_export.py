"""A draft as text that other tools take. The API key is never in it: a variable's name stands in its place."""

import json

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.request_body import build_body

_ADDRESS = "https://cloud.leonardo.ai/api/rest/v2/generations"


def to_json(draft: Draft) -> str:
    """The request body, readable."""
    return json.dumps(build_body(draft), indent=2, ensure_ascii=False)


def to_curl(draft: Draft) -> str:
    """A command for a shell with the key in $LEONARDO_API_KEY."""
    body = to_json(draft).replace("'", "'\\''")
    return " \\\n     ".join(
        [
            "curl --request POST",
            f"--url {_ADDRESS}",
            "--header 'accept: application/json'",
            '--header "authorization: Bearer $LEONARDO_API_KEY"',
            "--header 'content-type: application/json'",
            f"--data '{body}'\n",
        ]
    )
