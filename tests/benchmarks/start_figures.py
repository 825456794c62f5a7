"""How long the window and the command line take to start."""

import json
from collections.abc import Sequence
from statistics import median

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.presets.file_format import SUFFIX, write_preset
from tests.benchmarks.bench import PROGRAMS, Bench
from tests.benchmarks.figures import Row
from tests.benchmarks.many_presets import presets
from tests.benchmarks.processes import Start, start, timed

BARE_WINDOW = (PROGRAMS / "bare_window.py",)
APP = ("-m", "kling_desktop", "--sandbox")
BODY = {
    "model": "kling-video-o-1",
    "public": False,
    "parameters": {"prompt": "A cat jumps onto the sill.", "duration": 5, "width": 1920, "height": 1080},
}
START_TIMES = 4
FEW, MANY, MORE_MS, FILTER_MS, LOAD_MS = 20, 2_000, 20, 16, 10
CHECK_TIMES, CHECK_MORE = 3, 0.25


def starts(bench: Bench) -> list[Row]:
    repeats = bench.repeats
    bench.report(f"{repeats.starts} starts, a bare window's and the app's in turn …")
    for command in (BARE_WINDOW, APP):
        start(command, bench.environment)  # compiles, fills the caches, makes the folders
    bare: list[Start] = []
    app: list[Start] = []
    for nth in range(repeats.starts):
        until_rest = nth < repeats.rounds
        bare.append(start(BARE_WINDOW, bench.environment, until_rest=until_rest))
        app.append(start(APP, bench.environment, until_rest=until_rest))
    # The bare window's median times the limit is the limit of each pair's ratio, in the unit of the rest.
    limit = START_TIMES * median(one.wall for one in bare)
    return [
        Row("start to first paint", "ms", _of(app, "wall"), _of(bare, "wall"), limit, f"≤ {START_TIMES} × floor"),
        Row("start to first paint, processor", "ms", _of(app, "cpu"), _of(bare, "cpu")),
        Row("memory at rest (RSS)", "MiB", _of(app, "rest"), _of(bare, "rest")),
    ]


def preset_lists(bench: Bench) -> list[Row]:
    repeats = bench.repeats
    bench.report(f"{repeats.starts} starts with {FEW} presets and with {MANY:,} in turn, then the list of presets …")
    folders = {count: bench.home / f"{count} presets" for count in (FEW, MANY)}
    for count, folder in folders.items():
        for preset in presets(count):
            write_atomic(folder / f"{preset.id}{SUFFIX}", write_preset(preset))
    times: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(repeats.starts):
        for count, folder in folders.items():
            environment = {**bench.environment, "XDG_CONFIG_HOME": str(folder.with_suffix(".config"))}
            place = folder.with_suffix(".config") / "kling-desktop" / "presets"
            if not place.exists():
                place.parent.mkdir(parents=True)
                place.symlink_to(folder)
                start(APP, environment)
            times[count].append(start(APP, environment).wall)
    lists = [bench.run("many_presets.py", str(MANY)) for _ in range(repeats.rounds)]
    more = median(many - few for few, many in zip(times[FEW], times[MANY], strict=True))
    slowest, floor = ([max(one[name]) for one in lists] for name in ("filter", "floor"))
    filters = f"key press that filters {MANY:,} presets, longest"
    return [
        Row(f"start with {MANY:,} presets, floor with {FEW}", "ms", times[MANY], times[FEW]),
        Row(f"what {MANY:,} presets add to a start", "ms", [more], (), MORE_MS, f"≤ {MORE_MS} ms"),
        Row(filters, "ms", slowest, floor, FILTER_MS, f"≤ {FILTER_MS} ms"),
        Row("loading a preset, longest", "ms", [max(one["load"]) for one in lists], (), LOAD_MS, f"≤ {LOAD_MS} ms"),
    ]


def command_line(bench: Bench) -> list[Row]:
    bench.report(f"{bench.repeats.starts} runs of `check`, in turn with a bare Python …")
    body = bench.home / "body.json"
    body.write_text(json.dumps(BODY))
    bare, check = ("-c", "import json"), ("-m", "kling_desktop", "check", body)
    timed(check, bench.environment)
    pairs = [(timed(bare, bench.environment), timed(check, bench.environment)) for _ in range(bench.repeats.starts)]
    floor, app = ([tuple(1000 * seconds for seconds in pair[which]) for pair in pairs] for which in (0, 1))
    limit = CHECK_TIMES * median(wall for wall, _ in floor) + 1000 * CHECK_MORE
    within = f"≤ {CHECK_TIMES} × floor + {1000 * CHECK_MORE:.0f}"
    return [
        Row("`check` of one file", "ms", [wall for wall, _ in app], [wall for wall, _ in floor], limit, within),
        Row("`check` of one file, processor", "ms", [cpu for _, cpu in app], [cpu for _, cpu in floor]),
    ]


def _of(starts: Sequence[Start], name: str) -> list[float]:
    return [value for one in starts if (value := getattr(one, name)) is not None]


FIGURES = {
    "start": ("start to first paint, memory at rest", starts),
    "presets": ("what 2,000 presets add to a start, filtering and loading them", preset_lists),
    "check": ("the command line's answer about one file", command_line),
}
