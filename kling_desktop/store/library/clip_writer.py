"""Writes a clip: its row and its search text."""

import json
import sqlite3

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.text_search import index_text
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.store.library.lineage import write_lineage


def write_clip(connection: sqlite3.Connection, job: Job) -> None:
    """Write the row of a job that is done, within the caller's transaction. Its review stays as it is."""
    done, draft = job.state, job.draft
    assert isinstance(done, Done)
    columns = {
        "service": job.service,
        "profile": job.profile,
        "origin": job.submitted_from,
        "made_at": job.created_at,
        "way": type_of(draft).name.lower(),
        "width": draft.size.width,
        "height": draft.size.height,
        "seconds": draft.duration,
        "preset": draft.preset,
        "cost": float(job.cost.amount) if job.cost else None,
        "unit": job.cost.unit if job.cost else None,
        "generation": done.generation,
        "image": done.image,
        "file": without_lone_surrogates(done.file),
        "poster": without_lone_surrogates(done.poster_file),
    }
    connection.execute(
        f"INSERT INTO clips (job, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"
        f" ON CONFLICT (job) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in columns)}",
        (job.id, *columns.values()),
    )
    write_search_text(connection, job)
    write_lineage(connection, job)


def write_search_text(connection: sqlite3.Connection, job: Job) -> None:
    """Write a clip's search text if it has changed, split like the search terms are. Within the caller's
    transaction.
    """
    number, notes, tags = connection.execute(
        "SELECT number, notes, tags FROM clips WHERE job = ?", (job.id,)
    ).fetchone()
    texts = tuple(
        without_lone_surrogates(index_text(text)) for text in (job.draft.prompt, notes, " ".join(json.loads(tags)))
    )
    stored = connection.execute("SELECT prompt, notes, tags FROM clip_words WHERE rowid = ?", (number,)).fetchone()
    if stored is None:
        connection.execute("INSERT INTO clip_words (rowid, prompt, notes, tags) VALUES (?, ?, ?, ?)", (number, *texts))
    elif stored != texts:
        connection.execute("UPDATE clip_words SET (prompt, notes, tags) = (?, ?, ?) WHERE rowid = ?", (*texts, number))
