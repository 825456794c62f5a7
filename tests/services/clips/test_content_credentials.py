"""A clip that carries Content Credentials keeps its bytes, so that they stay valid; its settings are beside it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done, Downloading
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.library_check import UnknownVideo
from kling_desktop.media.metadata.content_credentials import has_content_credentials
from kling_desktop.services.batch.request_files import read_request
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.clips.clip_settings import find_settings
from kling_desktop.services.library.clip_from_file import ClipReader
from kling_desktop.services.library.export import export_clips
from kling_desktop.store.library.review_file import ReviewFiles, write_reviews
from tests.media.video_fixtures import write_video
from tests.services.job_harness import BASE, FOX
from tests.support.content_credentials import sign, verdict

NOW = 1_800_000_100.0


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed")
    return sign(write_video(folder / "plain.mp4", frames=6, sound=True), folder / "signed.mp4")


@pytest.fixture
def saved(tmp_path: Path, signed: Path) -> Job:
    """The job of a signed clip that has come home."""
    (tmp_path / "clips").mkdir()
    state = Downloading("generation", "image", "https://cdn/video.mp4")
    job = Job("0123456789abcdef", BASE, "default", "window", str(tmp_path / "clips"), FOX, 1_800_000_000.0, state)
    saver = ClipSaver(tmp_path / "posters")
    saver.part_path(job).write_bytes(signed.read_bytes())
    clip = saver.save(job, "image", NOW)
    found = saver.find_saved(job)
    assert found is not None
    assert found.file == clip.file
    assert clip.has_credentials
    return replace(job, state=Done("generation", "image", str(clip.file), str(clip.poster)), has_credentials=True)


def file_of(job: Job) -> Path:
    assert isinstance(job.state, Done)
    return Path(job.state.file)


def test_the_verdict_is_the_same_before_and_after(tmp_path: Path, signed: Path, saved: Job) -> None:
    before = verdict(signed)
    assert before["state"] == "Valid"
    clip = file_of(saved)
    exported = export_clips([saved], tmp_path, "{prompt}").files[0]
    renamed = clip.with_name("another name.mp4")
    reader = ClipReader(tmp_path / "posters", (BASE, "default"))
    try:
        assert isinstance(reader.identify(clip), Clip)
        clip.rename(renamed)
        for file in (renamed, exported):
            assert verdict(file) == before
            assert file.read_bytes() == signed.read_bytes()
            found = reader.identify(file)
            assert isinstance(found, Clip)
            assert (found.id, found.job.draft.prompt, found.job.has_credentials) == (saved.id, FOX.prompt, True)
            assert read_request(str(file)).draft.prompt == FOX.prompt
    finally:
        reader.close()


def test_reviews_do_not_touch_the_clip_settings(tmp_path: Path, saved: Job) -> None:
    clip = file_of(saved)
    write_reviews(clip.parent, (), lambda jobs: frozenset(jobs))
    settings = json.loads(find_settings(clip) or "")
    assert (settings["job"], settings["generation"]) == (saved.id, "generation")
    elsewhere = tmp_path / "moved.mp4"
    clip.rename(elsewhere)
    assert find_settings(elsewhere) is None
    for folders, kind in (((), UnknownVideo), ((clip.parent,), Clip)):
        reader = ClipReader(tmp_path / "posters", (BASE, "default"), ReviewFiles(folders))
        try:
            assert isinstance(reader.identify(elsewhere), kind)
        finally:
            reader.close()


def test_they_are_found_wherever_they_are(tmp_path: Path, signed: Path) -> None:
    plain = write_video(tmp_path / "plain.mp4", frames=2)
    assert not has_content_credentials(plain)
    assert has_content_credentials(signed)
    content = plain.read_bytes()
    for odd in (b"\0\0\0\x10jumb12345678", b"\0\0\0\x18udta\0\0\0\x10jumb12345678"):
        plain.write_bytes(content + odd)
        assert has_content_credentials(plain)
    plain.write_bytes(content[:-5])
    assert not has_content_credentials(plain)
