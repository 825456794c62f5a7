"""A library of any size, quickly: real rows, a few pictures and films that all clips share."""

import colorsys
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw

from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.text_search import index_text
from kling_desktop.domain.request.draft import Draft, StoredMedia
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.store.codec import write_job
from kling_desktop.store.database import open_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.library.clip_writer import write_clip
from tests.media.video_fixtures import write_video

PICTURES, FILMS = 12, 3
NAMES = 4_000
"""So many posters seem to be different ones, so that each has to be read."""
SUBJECTS = (
    "A fox",
    "An old harbour",
    "Two dancers",
    "A paper kite",
    "The lighthouse",
    "A tram",
    "Her cat",
    "雨の夜の街",
)
PLACES = ("in the snow", "at dawn", "under neon signs", "over the sea", "between the pines", "in a quiet kitchen")
MOVES = ("slow push-in", "handheld, close", "orbit to the left", "static, long lens", "crane up", "tracking shot")


def fill_library(folders: Folders, count: int, *, film: tuple[int, int] = (320, 180), frames: int = 48) -> None:
    """Make a library of the sandbox's default profile, the newest clip made a minute ago."""
    folders.ensure()
    posters = [_poster(folders.posters / f"shared {nth}.jpg", nth) for nth in range(PICTURES)]
    for nth in range(PICTURES, min(count, NAMES)):
        posters.append(folders.posters / f"shared {nth}.jpg")
        os.link(posters[nth % PICTURES], posters[nth])
    folders.clips.mkdir(parents=True, exist_ok=True)
    films = [write_video(folders.clips / f"shared {nth}.mp4", frames=frames, size=film) for nth in range(FILMS)]
    with closing(open_database(folders.database)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        _rows(connection, _jobs(count, [str(path) for path in posters], [str(path) for path in films]))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(connection: sqlite3.Connection, jobs: Iterator[tuple[Job, int]]) -> None:
    """The first as the app writes it, the rest as copies of that with what differs."""
    for nth, (job, rating) in enumerate(jobs):
        row = (job.id, job.service, job.profile, job.submitted_from, "done", job.created_at, "", write_job(job))
        connection.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        if not nth:
            write_clip(connection, job)
            names = [row[1] for row in connection.execute("PRAGMA table_info(clips)")]
            first = dict(zip(names, connection.execute("SELECT * FROM clips").fetchone(), strict=True))
            marks = ", ".join("?" * len(names))
            continue
        done, draft, cost = job.state, job.draft, job.cost
        assert isinstance(done, Done)
        way = "start" if draft.start_frame else "text"
        own = {
            "number": nth + 1,
            "job": job.id,
            "made_at": job.created_at,
            "way": way,
            "width": draft.size.width,
            "height": draft.size.height,
            "seconds": float(draft.duration),
            "preset": draft.preset,
            "cost": float(cost.amount) if cost else None,
            "generation": done.generation,
            "image": done.image,
            "file": done.file,
            "poster": done.poster_file,
            "rating": rating,
        }
        connection.execute(f"INSERT INTO clips VALUES ({marks})", tuple((first | own).values()))
        connection.execute(
            "INSERT INTO clip_words (rowid, prompt, notes, tags) VALUES (?, ?, '', '')",
            (nth + 1, index_text(draft.prompt)),
        )


def _jobs(count: int, posters: list[str], films: list[str]) -> Iterator[tuple[Job, int]]:
    chance, now = random.Random(7), datetime.now().astimezone()
    image = StoredMedia("6f1c2d3e-0a1b-1c2d-8e3f-4a5b6c7d8e9f", "UPLOADED")
    for nth in range(count):
        words = (chance.choice(SUBJECTS), chance.choice(PLACES), chance.choice(MOVES))
        prompt = f"{words[0]} {words[1]}, {words[2]}, take {nth}. Soft light, shallow focus, film grain, muted colours."
        draft = Draft(
            prompt=prompt,
            duration=chance.choice((5, 5, 10)),
            size=chance.choice(KLING_O1.aspects).size,
            start_frame=(image,) if chance.random() < 0.4 else (),
            preset=chance.choice(("", "", "noir")),
        )
        then = now - timedelta(minutes=1 + nth * 13)
        done = Done(f"generation-{nth}", f"image-{nth}", chance.choice(films), chance.choice(posters))
        cost = Cost(Decimal("0.755") * (draft.duration // 5), "DOLLARS")
        job = Job(f"{nth:032x}", "sandbox", "default", "window", "/clips", draft, then.timestamp(), done)
        job = replace(job, sent_at=job.created_at, ended_at=job.created_at + 160, cost=cost, seed=nth)
        yield job, chance.choice((0, 0, 0, 0, 1, 2, 3, 4, 5))


def _poster(path: Path, nth: int) -> Path:
    """A sun over hills, each in colours of its own."""
    width, height = 640, 360

    def colour(lightness: float, turn: float = 0.0) -> tuple[int, int, int]:
        red, green, blue = colorsys.hls_to_rgb((nth / PICTURES + turn) % 1, lightness, 0.5)
        return round(255 * red), round(255 * green), round(255 * blue)

    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for line in range(height):
        draw.line((0, line, width, line), fill=colour(0.2 + 0.5 * line / height))
    draw.ellipse((380, 70, 460, 150), fill=colour(0.85, 0.1))
    for layer in range(3):
        top = 200 + 50 * layer
        hills = [
            (0, height),
            *((x, top + (x * (nth + 3 + layer) * 7 % 61) - 30) for x in range(0, 641, 80)),
            (640, height),
        ]
        draw.polygon(hills, fill=colour(0.28 - 0.09 * layer, 0.04 * layer))
    image.save(path, quality=88)
    return path
