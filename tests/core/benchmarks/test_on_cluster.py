"""Experiments on two Ray nodes give the bytes that they give here."""

import pandas as pd
import pytest
import torch
from threadpoolctl import threadpool_limits

from core.benchmarks import false_alarms, system_comparison
from core.events import ignore
from tests.core.ray_nodes import RAY_WARNS, two_nodes

__all__ = ["two_nodes"]
pytestmark = [pytest.mark.slow, RAY_WARNS]


@pytest.fixture(autouse=True)
def one_thread():
    """A task on a cluster computes with one thread; the order of its sums is then that of one thread here."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield
    torch.set_num_threads(before)


def test_systems(two_nodes, tmp_path):
    plan = {"problems": ("demo",), "presets": ("fast",), "seeds": (0, 1), "anchor_seeds": ()}
    here = system_comparison.measure(system_comparison.Plan(tmp_path / "here", **plan))
    there = system_comparison.measure(
        system_comparison.Plan(tmp_path / "there", cluster=two_nodes.address, **plan), ignore
    )
    timed = here.metric.str.startswith("seconds_")
    assert 0 < timed.sum() < len(here) / 2
    pd.testing.assert_frame_equal(here[~timed], there[~timed], check_exact=True)
    for one in (tmp_path / "here" / "experiments").iterdir():
        assert (tmp_path / "there" / "experiments" / one.name).exists()


def test_clean_tables(two_nodes, tmp_path):
    here = false_alarms.measure(2, tmp_path / "here", ignore, rows=600)
    there = false_alarms.measure(2, tmp_path / "there", ignore, rows=600, cluster=two_nodes.address)
    assert [one["outcomes"] for one in here] == [one["outcomes"] for one in there]
