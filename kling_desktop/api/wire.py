"""Translates the service's JSON into the domain's types. Whatever it contains, only the domain's errors are raised."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kling_desktop.domain.errors import Unanswered
from kling_desktop.domain.jobs.generation import Account, CreatedGeneration, GeneratedMedia, Generation
from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.text import without_lone_surrogates

_CREATE_KEYS = ("generate", "sdGenerationJob", "motionVideoGenerationJob")
_TEMPORARY = "This usually passes by itself."
_NUMBER = re.compile(r"\d{1,20}(\.\d{1,20})?", re.ASCII)
_MAX_INTEGER = 2**63 - 1  # the largest integer that SQLite stores
_MAX_AMOUNT = 10**9
_UNFINISHED = ("PENDING", "QUEUED", "STARTED", "RUNNING", "PROCESSING", "IN_PROGRESS", "FAILED")
_MAX_SECONDS = 10**11
"""A time since 1970 that is larger counts milliseconds."""


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where to upload an image within the next two minutes. The form's fields come before the file."""

    image_id: str
    url: str
    fields: Mapping[str, str]


def parse_created(data: Mapping[str, Any]) -> CreatedGeneration | None:
    """Read the response to a create request in any of its shapes: v2, the flat one of the published spec, v1.

    Returns:
        None if it contains no generation ID.
    """
    for created in (*(_as_object(data.get(name)) for name in _CREATE_KEYS), data):
        generation = as_text(created.get("generationId"))
        if is_id(generation):
            return CreatedGeneration(generation, _cost(created))
    return None


def parse_generation(data: Mapping[str, Any]) -> Generation | None:
    """Read the response about one generation; None if the service says that it doesn't know it."""
    if "generations_by_pk" in data and data["generations_by_pk"] is None:
        return None
    found = _read_generation(data.get("generations_by_pk"))
    if found is None:
        raise Unanswered("Leonardo's response contains no generation.", _TEMPORARY)
    return found


def parse_generations(data: Mapping[str, Any]) -> tuple[Generation, ...]:
    """Read a page of the account's list, without generations that can't be read."""
    if not isinstance(data.get("generations"), list):
        raise Unanswered("Leonardo's response contains no list of generations.", _TEMPORARY)
    return tuple(found for item in data["generations"] if (found := _read_generation(item)))


def parse_upload_target(data: Mapping[str, Any]) -> UploadTarget:
    """Read where to upload an image."""
    target = _as_object(data.get("uploadInitImage"))
    fields = target.get("fields")
    if isinstance(fields, str):  # JSON text within the JSON
        try:
            fields = json.loads(fields)
        except (ValueError, RecursionError):
            fields = None
    image, url = as_text(target.get("id")), _as_url(target.get("url"))
    if not is_id(image) or not url or not isinstance(fields, dict):
        raise Unanswered("Leonardo's response contains no upload address for the image.", _TEMPORARY)
    return UploadTarget(image, url, {without_lone_surrogates(name): as_text(value) for name, value in fields.items()})


def parse_image_url(data: Mapping[str, Any]) -> str | None:
    """Read the URL of an uploaded image: "" if there is none, None if the service doesn't know the image."""
    found = _as_object(data.get("init_images_by_pk"))
    return _as_url(found.get("url")) if found.get("id") else None


def parse_account(data: Mapping[str, Any]) -> Account:
    """Read the account. `credits` is the API balance; pay-as-you-go dollars aren't part of it."""
    details = next(_as_objects(data.get("user_details")), {})
    user = _as_object(details.get("user"))
    if not is_id(as_text(user.get("id"))):
        raise Unanswered("Leonardo's response contains no account.", _TEMPORARY)
    balances = [_as_integer(details.get(name)) for name in ("apiPaidTokens", "apiSubscriptionTokens")]
    known = [balance for balance in balances if balance is not None]
    slots = _as_integer(details.get("apiConcurrencySlots"))
    return Account(as_text(user["id"]), as_text(user.get("username")), sum(known) if known else None, slots)


def parse_model_names(data: Mapping[str, Any]) -> frozenset[str]:
    """Read the models that the account may use, by name and by ID."""
    if not isinstance(data.get("productionApiAvailableModels"), list):
        raise Unanswered("Leonardo's response contains no list of models.", _TEMPORARY)
    models = _as_objects(data["productionApiAvailableModels"])
    return frozenset(as_text(model.get(field)) for model in models for field in ("name", "id")) - {""}


def as_text(value: Any) -> str:
    """Return a text, or a number as text; "" for anything else."""
    if isinstance(value, str):
        return without_lone_surrogates(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return ""


def _read_generation(value: Any) -> Generation | None:
    item = _as_object(value)
    if not is_id(as_text(item.get("id"))):
        return None
    media = tuple(
        GeneratedMedia(as_text(image.get("id")), _as_url(image.get("url")), _as_url(image.get("motionMP4URL")))
        for image in _as_objects(item.get("generated_images"))
    )
    return Generation(
        id=as_text(item["id"]),
        status=_status(item.get("status"), has_video=any(one.video for one in media)),
        created_at=_as_utc(item.get("createdAt")),
        prompt=as_text(item.get("prompt")),
        width=_as_integer(item.get("imageWidth")) or 0,
        height=_as_integer(item.get("imageHeight")) or 0,
        seed=_as_integer(item.get("seed")),
        media=media,
    )


def _status(value: Any, *, has_video: bool) -> str:
    """Return the status in the service's own spelling. A video's address proves that it is done, whatever the word."""
    word = as_text(value).strip().upper()
    return "COMPLETE" if has_video and word not in _UNFINISHED else word


def _cost(created: Mapping[str, Any]) -> Cost | None:
    cost = _as_object(created.get("cost"))
    amount, unit = _as_amount(cost.get("amount")), as_text(cost.get("unit")).upper()
    if amount is not None and unit:
        return Cost(amount, unit)
    # 0 doesn't mean free here: it is an account that pays in dollars.
    credits = _as_amount(created.get("apiCreditCost"))
    return Cost(credits, "CREDITS") if credits else None


def _as_amount(value: Any) -> Decimal | None:
    try:
        amount = Decimal(as_text(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= _MAX_AMOUNT else None


def _as_utc(value: Any) -> datetime | None:
    """Return a time. The service writes UTC without a zone; seconds or milliseconds since 1970 are understood, too."""
    text = as_text(value).strip()
    try:
        if _NUMBER.fullmatch(text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MAX_SECONDS else seconds, UTC)
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _as_integer(value: Any) -> int | None:
    """Return a whole number, also one that is written as a text or with decimals."""
    if isinstance(value, bool) or not _NUMBER.fullmatch(text := as_text(value).strip()):
        return None
    number = Decimal(text)
    return int(number) if number <= _MAX_INTEGER and number == number.to_integral_value() else None


def _as_url(value: Any) -> str:
    address = as_text(value).strip()
    return address if address.startswith(("https://", "http://")) else ""


def _as_objects(value: Any) -> Iterator[Mapping[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _as_object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
