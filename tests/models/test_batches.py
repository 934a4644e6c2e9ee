"""Batches hold every row once; documents of one length stay together."""

import numpy as np
import pytest

from skclf.models.building._architecture import round_up
from skclf.models.rows._rows import auto_batch_size, by_length, one_length, trimmed

LENGTHS = np.random.RandomState(0).randint(1, 7, 100).astype(np.int32)


@pytest.mark.parametrize("plan", [one_length, trimmed])
def test_every_row_is_in_one_batch(plan):
    order, bounds, widths = plan(LENGTHS, 16, np.random.RandomState(0))
    assert sorted(order) == list(range(100))
    assert (bounds[0], bounds[-1]) == (0, 100)
    assert np.diff(bounds).max() <= 16
    assert len(widths) == len(bounds) - 1
    for start, end, width in zip(bounds[:-1], bounds[1:], widths, strict=True):
        assert LENGTHS[order[start:end]].max() == width


@pytest.mark.parametrize(
    ("n_rows", "largest", "size"),
    [(1, 32, 4), (240, 32, 4), (900, 32, 15), (900, 128, 60), (1920, 32, 32)],
)
def test_little_data_is_put_into_small_batches(n_rows, largest, size):
    assert auto_batch_size(n_rows, largest) == size


@pytest.mark.parametrize("largest", [1, 3, 64])
def test_no_batch_is_larger_than_the_largest(largest):
    sizes = [auto_batch_size(n, largest) for n in (1, 200, 2000, 10**6)]
    assert max(sizes) == sizes[-1] == largest


def test_one_length_batches_need_no_padding():
    order, bounds, widths = one_length(LENGTHS, 16, np.random.RandomState(0))
    for start, end, width in zip(bounds[:-1], bounds[1:], widths, strict=True):
        assert set(LENGTHS[order[start:end]]) == {width}


@pytest.mark.parametrize("plan", [one_length, trimmed])
def test_batches_are_new_every_time_and_seeded(plan):
    rng = np.random.RandomState(0)
    first, second = (plan(LENGTHS, 16, rng)[0].tolist() for _ in range(2))
    assert first != second
    assert first == plan(LENGTHS, 16, np.random.RandomState(0))[0].tolist()


@pytest.mark.parametrize("plan", [one_length, trimmed])
def test_a_very_long_document_does_not_widen_many_rows(plan):
    lengths = np.r_[LENGTHS, np.int32(60_000)]
    order, bounds, widths = plan(lengths, 32, np.random.RandomState(0))
    assert sorted(order) == list(range(101))
    assert (np.diff(bounds) * widths).max() <= 1 << 16


def test_prediction_goes_by_length():
    batches = by_length(LENGTHS, 8)
    assert sorted(np.concatenate(batches)) == list(range(100))
    assert all(len(set(LENGTHS[rows])) == 1 and len(rows) <= 8 for rows in batches)


@pytest.mark.parametrize("size", [1, 2, 5, 100, 4097, 15_800])
def test_vocabulary_is_rounded_up_by_a_quarter_at_most(size):
    assert size <= round_up(size) <= size * 1.25
