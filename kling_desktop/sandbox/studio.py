"""Turns accepted generations into videos and posters."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from kling_desktop.sandbox.film import write_film
from kling_desktop.sandbox.painting import painted
from kling_desktop.sandbox.records import FRAMES_PER_SECOND
from kling_desktop.sandbox.scene import Scene

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.sandbox.records import StoredGeneration
    from kling_desktop.sandbox.world import World

MOST_VIDEOS = 40
"""So many videos stay on disk, about 4 MB each."""


class Studio:
    """Makes each video when it is first requested, and keeps it. Blocking: call it from threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        # One video at a time: the encoder uses every core itself. An edit makes its base video while it holds the lock.
        self._lock = threading.RLock()

    def video(self, made: StoredGeneration) -> Path:
        path = self._world.clip_file(made, "mp4")
        if path.is_file():
            os.utime(path)
            return path
        with self._lock:
            if not path.is_file():
                sound = made.duration if made.has_sound else 0
                write_film(path, (made.width, made.height), painted(self._scene(made)), sound)
                self._drop_oldest(path.parent)
        return path

    def _drop_oldest(self, folder: Path) -> None:
        """Keep the videos requested last: the others can be made again."""
        with suppress(OSError):  # one of them is being sent, or gone already
            videos = sorted(folder.glob("*.mp4"), key=lambda video: video.stat().st_mtime)
            for video in videos[:-MOST_VIDEOS]:
                video.unlink()

    def poster(self, made: StoredGeneration) -> Path:
        """Return the first frame."""
        path = self._world.clip_file(made, "jpg")
        if not path.is_file():
            # Not behind the lock, where it would wait for videos. Making the same poster twice is harmless.
            beside = path.with_suffix(f".{threading.get_ident()}.part")
            frame = next(painted(self._scene(made))).frame()
            first: Image.Image = frame.to_image()  # type: ignore[no-untyped-call] # PyAV leaves it bare
            first.save(beside, "JPEG", quality=88)
            beside.replace(path)
        return path

    def _scene(self, made: StoredGeneration) -> Scene:
        tiles: list[tuple[str, Image.Image]] = []
        base = next((self._base(key) for key in made.guidance("video_reference_base")), None)
        if base is not None:
            tiles.append(("Base video", self._open(self.poster(base))))
        references = [self._picture(key) for key in made.guidance("image_reference")]
        tiles += [(f"@image{place}", picture) for place, picture in enumerate(references, 1)]
        start = next((self._picture(key) for key in made.guidance("start_frame")), None)
        end = next((self._picture(key) for key in made.guidance("end_frame")), None)
        tiles += [(name, picture) for name, picture in (("Start", start), ("End", end)) if picture is not None]
        return Scene(
            size=(made.width, made.height),
            frames=made.duration * FRAMES_PER_SECOND,
            prompt=made.prompt,
            way=made.way,
            tiles=tuple(tiles),
            start=start,
            end=end,
            base=None if base is None else self.video(base),
        )

    def _base(self, key: str) -> StoredGeneration:
        """Deleted ones too: the edit was accepted while the video existed."""
        return next(made for made in self._world.generations.values() if made.video == key.lower())

    def _picture(self, key: str) -> Image.Image:
        """Return an upload, or the poster of a generated video; an empty image if it was deleted since."""
        upload = self._world.pictures.get(key.lower())
        path = self.poster(self._base(key)) if upload is None else self._world.picture_file(upload)
        return self._open(path) if path.is_file() else Image.new("RGB", (640, 640), (40, 42, 50))

    def _open(self, path: Path) -> Image.Image:
        with Image.open(path) as image:
            return ImageOps.exif_transpose(image).convert("RGB")
