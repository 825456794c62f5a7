"""What happens in the app's window: typing, stalls, playing, dropping large pictures."""

from collections.abc import Sequence

from tests.benchmarks.bench import QUEUED, Bench, Times, percentiles
from tests.benchmarks.figures import Row
from tests.media.measure_playback import write_grainy_video

KEY_MS, STALL_MS, LONGEST_MS = 4, 16, 50
PICTURED_MS, MORE_MIB = 1000, 30
_STALLS = (("p99.9", 0.999, STALL_MS), ("longest", 1.0, LONGEST_MS))
_IN_THE_WINDOW = ("typing", "stalls", "play")


def window(bench: Bench) -> list[Row]:
    """Whichever of these figures were asked for, from the same runs of the window."""
    names = [name for name in _IN_THE_WINDOW if name in bench.names]
    rounds, seconds = bench.repeats.rounds, bench.repeats.played_seconds
    bench.report(f"{rounds} runs of the window: {', '.join(names)} …")
    film = bench.home / "film.mp4"
    if "play" in names:
        write_grainy_video(film)
    field, visits = [], []
    for _ in range(rounds):
        if "typing" in names:
            field.append(bench.run("typing_speed.py"))
        visits.append(bench.run("app_window.py", str(film), f"{seconds}", *names))
    rows = []
    if "typing" in names:
        rows += _typing(visits, field)
    if "stalls" in names:
        jobs, idle, starts = ([one[name] for one in visits] for name in ("job", "idle", "start"))
        rows += _stalls("a job", jobs, idle, judged=(STALL_MS, LONGEST_MS))
        rows += _stalls("the start, from the first paint on", starts, [], judged=(LONGEST_MS,))
    if "play" in names:
        plays, pairs = ([one[name] for one in visits] for name in ("play", "play two"))
        rows += _stalls("playing 1080p", plays, [], judged=())
        rows += _playing("1080p", plays, seconds)
        rows += _playing("two of 1080p in sync", pairs, seconds)
    return rows


def drops(bench: Bench) -> list[Row]:
    count = bench.repeats.drops
    bench.report(f"{count + 1} drops of 50 megapixels on a slot …")
    seen = bench.run("large_pictures.py", str(bench.home / "large"), str(count))
    target = f"≤ {PICTURED_MS} ms"
    rows = [Row("dropped 50 megapixels, until pictured", "ms", [seen["thumbnail"]], (), PICTURED_MS, target)]
    for name, share, limit in _STALLS:
        own, floor = (percentiles([seen[which]], "own", share) for which in ("stalls", "idle"))
        rows.append(Row(f"stalls during such a drop, {name}", "ms", own, floor, limit, f"≤ {limit} ms"))
    more = f"memory more after {count} drops and removals"
    return [*rows, Row(more, "MiB", [seen["more memory"]], (), MORE_MIB, f"≤ {MORE_MIB} MiB")]


def _typing(visits: Times, field: Times) -> list[Row]:
    rows = []
    for which, words in (("short", "a short prompt"), ("long", "4 references and 1,440 characters")):
        typed = [visit[f"typing {which}"] for visit in visits]
        for what, name, share, limit in (
            ("p50", "own", 0.5, None),
            ("p99", "own", 0.99, KEY_MS),
            (f"p99{QUEUED}", "wall", 0.99, None),
        ):
            pair = (percentiles(typed, name, share), percentiles(field, name, share))
            target = f"< {limit} ms" if limit else ""
            rows.append(Row(f"key press to redrawn form, {words}, {what}", "ms", *pair, limit, target))
    return rows


def _stalls(during: str, seen: Times, floor: Times, *, judged: Sequence[int]) -> list[Row]:
    """judged: which of the limits count here."""
    rows = []
    for what, share, most in _STALLS:
        limit = most if most in judged else None
        for name, words in (("own", ""), ("wall", QUEUED)):
            pair = (percentiles(seen, name, share), percentiles(floor, name, share))
            target = (limit, f"≤ {limit} ms") if limit and name == "own" else ()
            rows.append(Row(f"stalls during {during}, {what}{words}", "ms", *pair, *target))
    return rows


def _playing(what: str, seen: Times, seconds: float) -> list[Row]:
    played = f"playing {what} for {seconds:g} s"
    return [
        Row(f"{played}, missed frames", "", [play["missed"] for play in seen], (), 0, "none"),
        Row(f"{played}, of one processor", "%", [play["share"] for play in seen]),
    ]


FIGURES = {
    "typing": ("key press to redrawn form", window),
    "stalls": ("how long the window doesn't answer, while it starts and during a job", window),
    "play": ("missed frames and processor while playing", window),
    "drop": ("50 megapixels dropped on a slot, memory after many", drops),
}
