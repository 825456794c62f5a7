"""Hypothesis strategies for every kind of job."""

from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import Generating, Held, JobState
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Size, Slot

# Anything a user can paste, including lone surrogates.
texts = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
sides = st.none() | st.integers(1, 10_000)
seconds = st.floats(0, 4e9)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
placeholders = st.builds(Placeholder, texts)
media: st.SearchStrategy[Media] = st.one_of(
    st.builds(StoredMedia, texts, st.sampled_from(["UPLOADED", "GENERATED"]), sides, sides, st.none() | seconds),
    st.builds(LocalImage, texts, texts, texts, sides, sides, texts, st.none() | st.sampled_from(Fit)),
    placeholders,
)
slots = st.lists(media, max_size=4).map(tuple)
drafts = st.builds(
    Draft,
    prompt=texts,
    duration=st.integers(),
    size=st.builds(Size, st.integers(), st.integers()),
    start_frame=slots,
    end_frame=slots,
    image_reference=slots,
    video_reference_base=slots,
    parked=st.frozensets(st.sampled_from(Slot)),
    public=st.booleans(),
    seed=st.none() | st.integers() | placeholders,
    mode=st.none() | texts,
    prompt_enhance=st.none() | texts,
    quantity=st.none() | st.integers(),
    model=texts,
    extra=st.dictionaries(texts, json_values, max_size=3),
    extra_parameters=st.dictionaries(texts, json_values, max_size=3),
)
moments = st.floats(allow_nan=False, allow_infinity=False)
states: st.SearchStrategy[JobState] = st.one_of(
    *(st.builds(kind) for kind in get_args(JobState) if kind not in (Held, Generating)),
    st.builds(Held, moments),
    st.builds(Generating, texts, st.none() | moments),
)
costs = st.builds(
    Cost, st.decimals(Decimal(0), Decimal(1000), allow_nan=False, places=4), st.sampled_from(["DOLLARS", "CREDITS"])
)
jobs = st.builds(
    Job,
    id=texts,
    service=texts,
    profile=texts,
    submitted_from=st.sampled_from(["window", "render"]),
    folder=texts,
    draft=drafts,
    created_at=seconds,
    state=states,
    uploads=st.dictionaries(texts, texts, max_size=3),
    sent_at=st.none() | seconds,
    sent_skew=st.none() | seconds,
    ended_at=st.none() | seconds,
    cost=st.none() | costs,
    seed=st.none() | st.integers(),
    notice=texts,
    take=st.integers(),
    preset_name=texts,
    filename_template=texts,
)
