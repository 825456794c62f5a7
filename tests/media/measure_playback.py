"""Measures how much of this machine playback takes. Run from the top folder: python -m tests.media.measure_playback

Plays eight seconds (after two of settling) of a grainy 1920 × 1080 video at 24 fps (one key frame, B-frames, about 3
Mbit/s), painted at 1280 × 720 by a window that asks every 8 ms; then two of them at 960 × 540.
"""

import sys
import tempfile
import time
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.player import Playback
from kling_desktop.media.video.probe import clip_problem, probe

SIZE, RATE, SECONDS, TICK = (1920, 1080), 24, 10, 0.008


def write_grainy_video(to: Path) -> None:
    wide = (SIZE[0] + 240, SIZE[1] + 60)
    grain = Image.effect_noise(wide, 30)
    scene = Image.effect_noise((wide[0] // 8, wide[1] // 8), 90).resize(wide, Image.Resampling.BICUBIC)
    scene = Image.blend(scene, grain, 0.3).convert("RGB")
    with av.open(str(to), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "b": "6M"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for n in range(RATE * SECONDS):
            image = scene.crop((n, n // 4, n + SIZE[0], n // 4 + SIZE[1]))
            container.mux(stream.encode(VideoFrame.from_image(image)))  # type: ignore[no-untyped-call]
        container.mux(stream.encode(None))


def play(video: Path, area: tuple[int, int], views: int) -> str:
    playbacks = [Playback(video, lambda: None, area) for _ in range(views)]
    try:
        while not all(playback.count for playback in playbacks):
            time.sleep(TICK)
        for playback in playbacks:
            playback.play()
        _paint(playbacks, 2)
        for playback in playbacks:
            playback.frames_skipped = playback.frames_late = 0
        used, began = time.process_time(), time.perf_counter()
        painted = _paint(playbacks, 8)
        share = (time.process_time() - used) / (time.perf_counter() - began)
        missed, late = sum(p.frames_skipped for p in playbacks), sum(p.frames_late for p in playbacks)
    finally:
        for playback in playbacks:
            playback.close()
    return f"{views} × {area[0]}×{area[1]}: {painted} frames, {missed} missed, {late} late, {share:.0%} of a core"


def timed(what: str, times: list[float]) -> str:
    return f"{what}: {min(times) * 1000:.0f} ms (slowest {max(times) * 1000:.0f} ms)"


def _paint(playbacks: list[Playback], seconds: float) -> int:
    painted, end = 0, time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        painted += sum(playback.due(now) is not None for playback in playbacks)
        time.sleep(TICK)
    return painted


def _seconds(act: object) -> float:
    began = time.perf_counter()
    assert callable(act)
    act()
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "video.mp4"
        write_grainy_video(video)
        lines = [
            f"{video.stat().st_size / 2**20:.1f} MB, {probe(video)}",
            play(video, (1280, 720), 1),
            play(video, (960, 540), 2),
            timed("probe", [_seconds(lambda: probe(video)) for _ in range(5)]),
            timed("clip_problem", [_seconds(lambda: clip_problem(video, *SIZE, SECONDS)) for _ in range(5)]),
        ]
        with Decoder(video) as decoder:
            lines.append(timed("the last frame, from the start", [_seconds(lambda: decoder.frame(239))]))
            lines.append(timed("one frame back", [_seconds(lambda: decoder.frame(238))]))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
