"""The tour that a machine without a display takes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tour_makes_both_of_the_guide_s_clips(tmp_path: Path) -> None:
    tour = [sys.executable, "tests/journeys/tour.py", "--out", str(tmp_path)]
    ended = subprocess.run(tour, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert sorted(path.name for path in tmp_path.glob("*.mp4")) == ["edit.mp4", "start and end frame.mp4"]
    assert len(list(tmp_path.glob("*.png"))) >= 15
