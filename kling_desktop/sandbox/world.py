"""The state of a sandbox: what was requested, what was made, what goes wrong."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import weakref
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kling_desktop.sandbox.faults import Faults
from kling_desktop.sandbox.past import history
from kling_desktop.sandbox.records import StoredGeneration, UploadedImage, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.sandbox.settings import SandboxSettings

SLOTS = 10
"""How many generations run at once; the others wait as PENDING."""

FEW = 3
"""How many times a temporary fault affects one generation."""

_FATES = ("failed", "blocked", "no_poster", "poster_404")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived. `headers` have lower-case names; `call` is one of `faults.CALLS`."""

    method: str
    path: str
    headers: Mapping[str, str]
    call: str


class World:
    """Everything that a sandbox knows.

    For tests: `creates` holds the bodies of all accepted creates in order (what would have been charged), `requests`
    every request. `faults` may be changed at any time (`fail_next` for the next few).
    """

    user = "5a4d0b0c-1e0f-6a11-ab0e-0d0e57a11ed0"

    def __init__(self, settings: SandboxSettings, base: str, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.base = base.rstrip("/")
        self.host = self.base.removesuffix("/api/rest")
        self.clock = clock
        self.faults = Faults(settings.faults, settings.seed)
        self.creates: list[dict[str, Any]] = []
        self.requests: list[Asked] = []
        self._shown: Counter[tuple[str, str]] = Counter()
        if settings.data is None:
            self.folder = Path(tempfile.mkdtemp(prefix="kling-sandbox-"))
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        else:
            self.folder = settings.data
        for name in ("generations", "uploads", "pictures", "clips"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        known = {made["id"]: StoredGeneration(**_tupled(made)) for made in self._load("generations")}
        for made in history(settings.history, clock(), settings.seed):
            if made.id not in known:
                known[made.id] = made
                self._write("generations", made)
        self.generations: dict[str, StoredGeneration] = dict(sorted(known.items(), key=lambda item: item[1].created))
        self.pictures = {made["id"]: UploadedImage(**made) for made in self._load("uploads")}

    def fail_next(self, name: str, count: int = 1) -> None:
        """Let a fault happen the next `count` times that it could."""
        self.faults.fail_next(name, count)

    def passing(self, name: str, generation: str) -> bool:
        """Whether a temporary fault affects this generation now."""
        if self._shown[name, generation] >= FEW or not self.faults.strike(name):
            return False
        self._shown[name, generation] += 1
        return True

    def accept(self, body: dict[str, Any]) -> StoredGeneration:
        """Make a generation from the valid body of a create."""
        now = self.clock()
        parameters = body["parameters"]
        seconds = 2 + 0.8 * parameters["duration"]
        if (parameters.get("guidances") or {}).get("video_reference_base"):
            seconds *= 2
        busy = sorted(made.ready for made in self.generations.values() if made.ready > now)
        start = busy[-SLOTS] if len(busy) >= SLOTS else now
        seed = parameters.get("seed")
        made = StoredGeneration(
            id=new_id(),
            video=new_id(),
            created=now,
            ready=start + self.settings.wait(seconds),
            public=bool(body.get("public", False)),
            seed=random.randrange(2**31) if seed is None else seed,
            parameters=parameters,
            model=body.get("model", "kling-video-o-1"),
            fate=tuple(name for name in _FATES if self.faults.strike(name)),
        )
        self.creates.append(body)
        self.keep(made)
        return made

    def status(self, made: StoredGeneration) -> Literal["PENDING", "COMPLETE", "FAILED"]:
        if self.clock() < made.ready:
            return "PENDING"
        return "FAILED" if "failed" in made.fate else "COMPLETE"

    def generation(self, key: str) -> StoredGeneration | None:
        """Return the generation with that ID, unless it was deleted."""
        made = self.generations.get(key.lower())
        return None if made is None or made.deleted else made

    def of_video(self, key: str) -> StoredGeneration | None:
        """Return the generation whose finished video has that ID."""
        found = (made for made in self.generations.values() if made.video == key.lower() and not made.deleted)
        made = next(found, None)
        there = made and self.status(made) == "COMPLETE" and "blocked" not in made.fate and not made.is_picture
        return made if there else None

    def picture(self, key: str) -> UploadedImage | None:
        """Return the upload with that ID, unless it was deleted."""
        found = self.pictures.get(key.lower())
        return None if found is None or found.deleted else found

    def picture_file(self, picture: UploadedImage) -> Path:
        return self.folder / "pictures" / f"{picture.id}.{picture.extension}"

    def clip_file(self, made: StoredGeneration, kind: Literal["mp4", "jpg"]) -> Path:
        return self.folder / "clips" / f"{made.id}.{kind}"

    def keep(self, record: StoredGeneration | UploadedImage) -> None:
        """Store the newest state of a record, also for after a restart."""
        if isinstance(record, StoredGeneration):
            self.generations[record.id] = record
            self._write("generations", record)
        else:
            self.pictures[record.id] = record
            self._write("uploads", record)

    def drop(self, record: StoredGeneration | UploadedImage) -> None:
        """Delete as the service does: the ID is unknown from then on. What was spent stays spent."""
        self.keep(replace(record, deleted=True))
        if isinstance(record, StoredGeneration):
            self.clip_file(record, "mp4").unlink(missing_ok=True)
            self.clip_file(record, "jpg").unlink(missing_ok=True)
        else:
            self.picture_file(record).unlink(missing_ok=True)

    def _write(self, folder: str, record: StoredGeneration | UploadedImage) -> None:
        path = self.folder / folder / f"{record.id}.json"
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(asdict(record)), encoding="utf-8")
        beside.replace(path)

    def _load(self, folder: str) -> list[dict[str, Any]]:
        records = [json.loads(path.read_text("utf-8")) for path in (self.folder / folder).glob("*.json")]
        return sorted(records, key=lambda record: float(record["created"]))


def _tupled(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "fate": tuple(record["fate"])}
