"""A home folder as the program reads it, in plain values. No other module here imports the program."""

import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.presets.file_format import write_preset
from kling_desktop.domain.request.models import GenerationType
from kling_desktop.store.codec import write_job
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.store.composer.recent_media import RecentMediaFile
from kling_desktop.store.composer.snippets import SnippetFile
from kling_desktop.store.database import open_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.lineage import LineageStore
from kling_desktop.store.library.pending_import import PendingImportFile
from kling_desktop.store.library.review_file import read_reviews, write_reviews
from kling_desktop.store.library.saved_searches import SavedSearchFile
from kling_desktop.store.presets.preset_archive import read_archive, write_archive
from kling_desktop.store.presets.preset_folder import PresetFolder
from kling_desktop.store.presets.preset_index import PresetIndexFile
from kling_desktop.store.settings import SettingsFile

_ACCOUNT = ("sandbox", "default")
_SERVICE = "sandbox"
_PRESET = "0123456789abcdef0123456789abcdef"


def folders_of(home: Path) -> Folders:
    return Folders(
        data=home / "data" / "kling-desktop",
        config=home / "config" / "kling-desktop",
        cache=home / "cache" / "kling-desktop",
        logs=home / "state" / "kling-desktop" / "log",
        clips=home / "Videos" / "Kling Desktop",
    )


def read_jobs(home: Path) -> dict[str, Any]:
    """Every job by its ID, as it would be written today."""
    with closing(open_database(folders_of(home).database)) as connection:
        return {job.id: json.loads(write_job(job)) for job in JobStore(connection).list_where("")}


def read_database(home: Path) -> dict[str, Any]:
    """What the database knows about the queue, the library and spending."""
    folders = folders_of(home)
    with closing(open_database(folders.database)) as connection:
        store, clips, ledger = JobStore(connection), ClipStore(connection), Ledger(connection)
        clips.create_missing_clips()
        jobs = store.list_where("ORDER BY created_at, rowid")
        keys = connection.execute("SELECT content, number FROM rows_ordered ORDER BY content, number").fetchall()
        uploads = [content for (content,) in connection.execute("SELECT content FROM uploads ORDER BY content")]
        rows = store.find_submitted_rows(*_ACCOUNT, [TableRowKey(*key) for key in keys])
        prices = ledger.prices(*_ACCOUNT)

        def find(query: ClipQuery) -> list[str]:
            return [clip.id for clip in clips.get_clips(clips.search.find(*_ACCOUNT, query).numbers)]

        return {
            "unfinished": [[job.id, job.state.name] for job in store.unfinished(*_ACCOUNT)],
            "queue order": store.queue_order(*_ACCOUNT),
            "unknown outcomes": [job.id for job in store.unresolved(_SERVICE)],
            "claimed generations": sorted(store.claimed_generations(_SERVICE)),
            "uploads": {content: store.find_upload(*_ACCOUNT, content) for content in uploads},
            "table rows": [[key.content, key.number, row.job_id, row.is_pending] for key, row in rows.items()],
            "clips": [
                {
                    "job": clip.id,
                    "rating": clip.rating,
                    "flag": clip.flag,
                    "notes": clip.notes,
                    "tags": clip.tags,
                    "digest": clip.digest,
                    "missing": clip.is_missing,
                    "file": str(clip.file),
                    "has file": clip.file.is_file(),
                    "has poster": Path(clip.poster).is_file(),
                }
                for clip in clips.get_clips(clips.search.find(*_ACCOUNT, ClipQuery()).numbers)
            ],
            "staged for the trash": [clip.id for clip in clips.list_staged(*_ACCOUNT)],
            "found by": {
                "prompt": find(ClipQuery(text="snow")),
                "notes": find(ClipQuery(text="horizon")),
                "type": find(ClipQuery(types=frozenset({GenerationType.EDIT}))),
                "flag": find(ClipQuery(flags=frozenset({"pick"}))),
                "rating": find(ClipQuery(min_rating=4)),
                "tag": find(ClipQuery(tags=frozenset({"winter"}))),
                "preset": find(ClipQuery(presets=frozenset({_PRESET}))),
            },
            "lineage": {
                job.id: {
                    "edges": sorted([edge.parent, edge.child, edge.relation, edge.frame] for edge in graph.edges),
                    "inputs": sorted([one.relation, one.number, one.name, one.image] for one in graph.inputs),
                }
                for job in jobs
                if (graph := LineageStore(connection).get_graph(job, folders.posters)).edges or graph.inputs
            },
            "charges": [
                [
                    *(one.job, one.submitted_from, one.state, one.preset, one.generation, one.prompt),
                    *(one.price_key.type.name, one.price_key.seconds, one.price_key.width, one.price_key.height),
                    *(amount(one.amount), one.is_estimate),
                ]
                for one in ledger.charges(_SERVICE)
            ],
            "spent": amounts(ledger.spent(_SERVICE, "", 0.0).day),
            "pending": amounts(ledger.pending_total(_SERVICE)),
            "reserved": {job.id: amount(price) for job in jobs if (price := ledger.reservation(job.id)[0])},
            "prices": {job.draft.prompt: amount(prices.of(job.draft)) for job in jobs},
        }


def read_limits(home: Path) -> list[str]:
    settings = SettingsFile(folders_of(home).settings).read()
    return [
        amount(cost)
        for cost in (settings.spending_limits.day, settings.spending_limits.session, settings.user_prices.edit)
    ]


def amount(cost: Cost | None) -> str:
    return f"{cost.amount} {cost.unit}" if cost else ""


def amounts(costs: Iterable[Cost]) -> list[str]:
    return [amount(cost) for cost in costs]


def write_again(home: Path, copy: Path) -> None:
    """Read every file of a home and write it to the same place in another one."""
    old, new = folders_of(home), folders_of(copy)
    new.ensure()
    SettingsFile(new.settings).write(SettingsFile(old.settings).read())
    for stored in PresetFolder(old.presets).read().presets:
        PresetFolder(new.presets).save(stored.preset)
    PresetIndexFile(new.preset_index).write(PresetIndexFile(old.preset_index).read())
    for snippet in SnippetFile(old.snippets).read():
        SnippetFile(new.snippets).add(snippet)
    for search in SavedSearchFile(old.saved_searches).read():
        SavedSearchFile(new.saved_searches).save(search)
    RecentMediaFile(new.recent_media).save(RecentMediaFile(old.recent_media).load())
    draft_file = DraftFile(old.drafts / "draft.json")
    draft = draft_file.load()
    assert draft
    DraftFile(new.drafts / "draft.json").save(*draft, draft_file.cursor)
    pending = PendingImportFile(old.pending_import).load()
    assert pending
    PendingImportFile(new.pending_import).save(pending)
    clips = new.clips / "Sandbox"
    clips.mkdir(parents=True)
    write_reviews(clips, read_reviews(old.clips / "Sandbox"), lambda _: frozenset())


def write_settings_again(path: Path) -> None:
    SettingsFile(path).write(SettingsFile(path).read())


def export_presets(home: Path, to: Path) -> None:
    """Export all presets of a home, sorted by name."""
    stored = sorted(PresetFolder(folders_of(home).presets).read().presets, key=lambda one: one.file)
    write_archive([one.preset for one in stored], to, lambda content, _: (content, "png"))


def read_exported_presets(archive: Path) -> list[Any]:
    """The presets in an exported file, as they would be written today."""
    return [json.loads(write_preset(preset)) for preset in read_archive(archive).presets]
