"""A home with clips in its library, as if they had been made before: nothing is rendered for them."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_store import ClipStore
from tests.media.video_fixtures import write_video
from tests.support.databases import open_test_database


def seed_clips(home: Path, drafts: Sequence[Draft], reviews: Mapping[int, Mapping[str, object]] | None = None) -> None:
    """The sandbox's clips of these drafts, the first the newest, each with a file of its own."""
    folders = Folders.under(home)
    folders.ensure()
    clips = folders.clips / "Sandbox"
    clips.mkdir(parents=True)
    film = write_video(home / "film.mp4", frames=24, size=(640, 360))
    poster = folders.posters / "poster.jpg"
    Image.new("RGB", (320, 180), "teal").save(poster)
    connection = open_test_database(folders.database)
    for number, draft in enumerate(drafts):
        file = clips / f"clip {number}.mp4"
        shutil.copy(film, file)
        done = Done(f"generation-{number}", f"22222222-2222-4222-8222-{number:012}", str(file), str(poster))
        at = 1_700_000_000.0 - 60 * number
        job = Job(f"{number:032x}", "sandbox", "default", "window", str(clips), draft, at, done, seed=70 + number)
        JobStore(connection).add(job, "somebody else")
    store = ClipStore(connection)
    for number, opinion in (reviews or {}).items():
        clip = store.get_clip(f"{number:032x}")
        assert isinstance(clip, Clip)
        store.save([replace(clip, **opinion)])  # type: ignore[arg-type]  # any part of a clip
    connection.close()
