"""Looks up what is behind an ID, and fetches its picture, before anything is paid for."""

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
from kling_desktop.services.remote import PAGE_SIZE, Remote, iter_pages

_MAX_PAGES = 10


class IdLookup:
    """Looks up the IDs of one account.

    The service says neither how long nor how large a video of somebody else is: it is downloaded and inspected.
    """

    def __init__(self, remote: Remote, folder: Path) -> None:
        """Look up nothing yet.

        Args:
            remote: The service.
            folder: A cache for pictures and facts, named by ID.
        """
        self._remote = remote
        self._folder = folder
        self._listed: dict[str, tuple[Generation, GeneratedMedia]] = {}
        self._without_picture: set[str] = set()

    def cached_picture(self, media_id: str) -> Path | None:
        """Return the file of an ID's picture, once it has been looked up."""
        path = self._folder / f"{media_id}.jpg"
        return path if is_id(media_id) and path.exists() else None

    async def get_picture(self, media_id: str) -> Path | None:
        """Return the file of an ID's picture, looking it up if necessary; None if the service has none.

        Raises:
            KlingError: The service can't be asked just now.
        """
        if (cached := self.cached_picture(media_id)) or media_id in self._without_picture:
            return cached
        await self.look_up(media_id, is_video=False)
        found = self.cached_picture(media_id)
        if found is None:
            self._without_picture.add(media_id)
        return found

    async def look_up(self, media_id: str, *, is_video: bool) -> LookupResult:
        """Ask the service what an ID stands for.

        Raises:
            KlingError: The service can't be asked just now.
        """
        if not is_id(media_id):
            return LookupResult(media_id, is_video, None)
        if not is_video and (url := await self._remote.get_image_url(media_id)) is not None:
            await self._fetch_picture(url, media_id)
            return LookupResult(media_id, is_video, await asyncio.to_thread(self._uploaded_media, media_id))
        if generation := await self._remote.get_generation(media_id):
            media = generation.video if is_video else next(iter(generation.media), None)
            if media:
                notice = "That was the ID of a generation. The ID of its result is used instead."
                found = await self._generated_media(generation, media, is_video)
                return LookupResult(media_id, is_video, found, notice)
        if listed := await self._find_in_list(media_id):
            return LookupResult(media_id, is_video, await self._generated_media(*listed, is_video))
        return LookupResult(media_id, is_video, None)

    async def _find_in_list(self, media_id: str) -> tuple[Generation, GeneratedMedia] | None:
        """Search the account's generations, of which as many are read as it takes."""
        if media_id not in self._listed:
            async for page in iter_pages(self._remote.list_generations, _MAX_PAGES):
                self._listed |= {media.id: (one, media) for one in page for media in one.media}
                if media_id in self._listed or len(page) < PAGE_SIZE:
                    break
        return self._listed.get(media_id)

    async def _generated_media(self, generation: Generation, media: GeneratedMedia, is_video: bool) -> StoredMedia:
        await self._fetch_picture(media.poster, media.id)
        stored = StoredMedia(media.id, GENERATED, generation.width or None, generation.height or None)
        return await self._with_facts(stored, media.video) if is_video and media.video else stored

    def _uploaded_media(self, image_id: str) -> StoredMedia:
        """The service shows an image as it was uploaded, so its size is that of the picture."""
        path = self.cached_picture(image_id)
        try:
            info = read_image_info(path) if path else None
        except BadMedia:
            info = None
        return StoredMedia(image_id, UPLOADED, info.width if info else None, info.height if info else None)

    async def _with_facts(self, stored: StoredMedia, url: str) -> StoredMedia:
        """Add size and length. The video is downloaded once; the facts are kept, the video isn't."""
        cache = self._folder / f"{stored.id}.json"
        try:
            facts = await asyncio.to_thread(_read_facts, cache)
            if facts is None:
                video = self._folder / f"{stored.id}.mp4"
                await self._download(url, video)
                info = (await asyncio.to_thread(inspect_video, video)).info
                facts = {"width": info.width, "height": info.height, "seconds": info.seconds}
                await asyncio.to_thread(_write_facts, cache, facts, video)
        except (KlingError, BadMedia, OSError):  # what can't be inspected now stays unproven, and usable
            return stored
        return replace(stored, **facts)

    async def _fetch_picture(self, url: str, media_id: str) -> None:
        path = self._folder / f"{media_id}.jpg"
        if url and not path.exists():
            try:
                await self._download(url, path)
            except (KlingError, OSError):  # an ID without its picture is still an ID
                return

    async def _download(self, url: str, to: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with part_file(to) as part:
            await self._remote.download(url, part)
            part.replace(to)


def _read_facts(path: Path) -> dict[str, Any] | None:
    """What an earlier inspection has found; None if there was none, or the file makes no sense."""
    try:
        found = json.loads(path.read_bytes())
        facts = {"width": int(found["width"]), "height": int(found["height"]), "seconds": float(found["seconds"])}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return facts


def _write_facts(path: Path, facts: dict[str, Any], video: Path) -> None:
    write_atomic(path, json.dumps(facts))
    video.unlink(missing_ok=True)
