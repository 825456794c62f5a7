"""What is behind an ID? Asked of the service, and its picture fetched, before anything is paid for."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from kling_desktop.atomic_file import part_file, write_atomic
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.generation import GeneratedMedia, Generation
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, StoredMedia
from kling_desktop.domain.request.id_lookup import LookupResult
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.validation import read_image_info
from kling_desktop.media.video_inspector import inspect_video
from kling_desktop.services.remote import Remote

_PAGE = 50
_MOST_PAGES = 10


class IdLookup:
    """One account's. folder: a cache for pictures, named after the IDs.

    A video of somebody else's making tells neither its length nor its true size: it is fetched and looked at.
    """

    def __init__(self, remote: Remote, folder: Path) -> None:
        self._remote = remote
        self._folder = folder
        self._listed: dict[str, tuple[Generation, GeneratedMedia]] = {}
        self._in_vain: set[str] = set()

    def cached_picture(self, media_id: str) -> Path | None:
        """Its picture, once it has been looked up."""
        path = self._folder / f"{media_id}.jpg"
        return path if is_id(media_id) and path.exists() else None

    async def get_picture(self, media_id: str) -> Path | None:
        """Its picture, asked for where it isn't at hand; None where the service has none. KlingError as look()."""
        if (known := self.cached_picture(media_id)) or media_id in self._in_vain:
            return known
        await self.look_up(media_id, is_video=False)
        found = self.cached_picture(media_id)
        if found is None:
            self._in_vain.add(media_id)
        return found

    async def look_up(self, media_id: str, *, is_video: bool) -> LookupResult:
        """KlingError when the service can't be asked just now."""
        if not is_id(media_id):
            return LookupResult(media_id, is_video, None)
        if not is_video and (address := await self._remote.get_image_url(media_id)) is not None:
            await self._fetch(address, media_id)
            return LookupResult(media_id, is_video, await asyncio.to_thread(self._uploaded, media_id))
        if generation := await self._remote.get_generation(media_id):
            media = generation.video if is_video else next(iter(generation.media), None)
            if media:
                said = "That was the ID of a generation; the ID of what came of it is used."
                return LookupResult(media_id, is_video, await self._told(generation, media, is_video), said)
        if found := await self._in_the_list(media_id):
            return LookupResult(media_id, is_video, await self._told(*found, is_video))
        return LookupResult(media_id, is_video, None)

    async def _in_the_list(self, asked: str) -> tuple[Generation, GeneratedMedia] | None:
        """Among the account's generations, of which as many are read as it takes."""
        for page in range(_MOST_PAGES):
            if asked in self._listed:
                break
            generations = await self._remote.list_generations(page * _PAGE, _PAGE)
            self._listed |= {media.id: (one, media) for one in generations for media in one.media}
            if len(generations) < _PAGE:
                break
        return self._listed.get(asked)

    async def _told(self, generation: Generation, media: GeneratedMedia, is_video: bool) -> StoredMedia:
        await self._fetch(media.poster, media.id)
        told = StoredMedia(media.id, GENERATED, generation.width or None, generation.height or None)
        return await self._with_facts(told, media.video) if is_video and media.video else told

    def _uploaded(self, image: str) -> StoredMedia:
        """As large as its picture is, which the service has as it was uploaded."""
        path = self.cached_picture(image)
        try:
            facts = read_image_info(path) if path else None
        except BadMedia:
            facts = None
        return StoredMedia(image, UPLOADED, facts.width if facts else None, facts.height if facts else None)

    async def _with_facts(self, told: StoredMedia, address: str) -> StoredMedia:
        """It is fetched once: what it tells is kept, the film isn't."""
        known = self._folder / f"{told.id}.json"
        try:
            facts = await asyncio.to_thread(_read_facts, known)
            if facts is None:
                film = self._folder / f"{told.id}.mp4"
                await self._download(address, film)
                seen = (await asyncio.to_thread(inspect_video, film)).info
                facts = {"width": seen.width, "height": seen.height, "seconds": seen.seconds}
                await asyncio.to_thread(_keep_facts, known, facts, film)
        except (KlingError, BadMedia, OSError):  # what can't be fetched now stays unproven, and usable
            return told
        return replace(told, **facts)

    async def _fetch(self, address: str, media_id: str) -> None:
        path = self._folder / f"{media_id}.jpg"
        if address and not path.exists():
            try:
                await self._download(address, path)
            except (KlingError, OSError):  # an ID without its picture is still an ID
                return

    async def _download(self, address: str, to: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with part_file(to) as part:
            await self._remote.download(address, part)
            part.replace(to)


def _read_facts(path: Path) -> dict[str, Any] | None:
    """What a film told when it was looked at; None where none was, or what stands there makes no sense."""
    try:
        found = json.loads(path.read_bytes())
        facts = {"width": int(found["width"]), "height": int(found["height"]), "seconds": float(found["seconds"])}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return facts


def _keep_facts(path: Path, facts: dict[str, Any], film: Path) -> None:
    write_atomic(path, json.dumps(facts))
    film.unlink(missing_ok=True)
