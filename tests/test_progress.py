"""How long something will take."""

import pytest

from skclf import _progress
from skclf._progress import TimeLeft


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(_progress, "perf_counter", lambda: now[0])
    return now


def test_time_left(clock):
    left = TimeLeft(3, 4)
    left.begin()
    assert left.text(0) == ""  # nothing is known
    clock[0] = 2.0
    # Three more steps of 2 s each, and two tasks of four.
    assert left.text(1) == ", about 22 s left"
    clock[0] = 8.0
    assert left.text(4) == ", about 16 s left"
    left.end()
    left.begin()
    assert left.text(0) == ", about 16 s left"  # as long as the first
    clock[0] = 28.0
    assert left.text(1) == ", about 2 min left"  # 60 s, and 80 s
    clock[0] = 88.0
    left.end()
    left.begin()
    assert left.text(0) == ", about 80 s left"
    clock[0] = 300.0
    assert left.text(0) == ""
