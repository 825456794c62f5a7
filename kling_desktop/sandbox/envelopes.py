"""The three shapes of the service's errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

if TYPE_CHECKING:
    from collections.abc import Sequence


def invalid(messages: Sequence[str]) -> Response:
    """Shape A: HTTP 200 with an array, as v2 responds to invalid requests."""
    errors = [{"code": "VALIDATION_ERROR", "message": message} for message in messages]
    details = {"code": "VALIDATION_ERROR", "errors": errors, "message": ", ".join(messages)}
    extensions = {"code": "BadRequestException", "details": details, "statusCode": 400}
    return JSONResponse([{"extensions": extensions, "locations": [], "message": "An error occurred.", "path": []}])


def refused(status: int, error: str, code: str = "unexpected") -> Response:
    """Shape B: a flat object, with the status in the status line."""
    return JSONResponse({"error": error, "path": "$", "code": code}, status_code=status)


def page(title: str, status: int = 200) -> Response:
    """Shape C: the HTML of a gateway, a proxy or a captive portal."""
    html = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return HTMLResponse(html, status_code=status)


def bucket_refused(code: str, message: str, status: int = 403) -> Response:
    """An error of the storage: XML, like S3."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(xml, status_code=status, media_type="application/xml")
