"""A proxy between the program and the sandbox that records every request."""

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.contract.program import KEY

_HOP = {"connection", "host", "content-length", "transfer-encoding"}
_PART = re.compile(rb'name="(\w[\w-]*)"(?:; filename="([^"]*)"\r\nContent-Type: (\S+))?')


@dataclass
class Recorder:
    """base: the proxy's URL, for the program. requests: in the order they arrived."""

    base: str
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def recorder(service: str) -> Iterator[Recorder]:
    """Stand between the program and the service at this base URL. URLs in its answers point here as well."""
    there = urlsplit(service).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            found.requests.append(describe(self.command, self.path, dict(self.headers), body))
            line = http.client.HTTPConnection(there, timeout=30)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            line.request(self.command, self.path, body or None, headers)
            answer = line.getresponse()
            content = answer.read()
            if answer.headers.get_content_type() == "application/json":
                content = content.replace(there.encode(), here.encode())
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            line.close()

        def do_GET(self) -> None:
            self.forward()

        def do_POST(self) -> None:
            self.forward()

        def do_DELETE(self) -> None:
            self.forward()

        def log_message(self, format: str, *args: Any) -> None:
            """Keep standard error quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here = f"127.0.0.1:{server.server_port}"
        found = Recorder(service.replace(there, here))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def describe(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    named = {name.lower(): value for name, value in headers.items() if name.lower() not in _HOP}
    kind = named.get("content-type", "").partition(";")[0]
    if "content-type" in named:
        named["content-type"] = kind
    if "authorization" in named:
        named["authorization"] = named["authorization"].replace(KEY, "<key>")
    named["user-agent"] = re.sub(r"\d[\d.]*", "<version>", named["user-agent"])
    if named["accept-encoding"] != "identity":  # depends on what is installed
        del named["accept-encoding"]
    if kind == "application/json":
        content = json.loads(body)
    elif kind == "multipart/form-data":
        content = [[part.decode() for part in match if part] for match in _PART.findall(body)]
    else:
        content = body.decode() or None
    return {"method": method, "path": path, "headers": dict(sorted(named.items())), "body": content}
