"""Several processes and a cluster write the same bytes as one process."""

import threading
from typing import Any

import pytest
import torch

from core.events import Event
from core.pipeline import GenerateRequest, generate
from core.synthesis.sampling import PART_ROWS
from core.synthesis.table import row_generator
from tests.core.pipeline.test_generation import finished, halves, model
from tests.core.ray_nodes import RAY_WARNS, two_nodes, without_ray_files

__all__ = ["finished", "model", "two_nodes", "without_ray_files"]

pytestmark = pytest.mark.usefixtures("without_ray_files")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the shards were asked for; several processes make those of any table."""
    monkeypatch.setattr(row_generator, "PARALLEL_ROWS", PART_ROWS)
    found, in_order = [], row_generator.in_order

    def kept(*arguments, **options):
        found.append(options)
        return in_order(*arguments, **options)

    monkeypatch.setattr(row_generator, "in_order", kept)
    return found


@pytest.mark.parametrize(("kind", "ending"), [("finished", "csv"), ("model", "parquet")])
def test_two_processes_write_the_same_bytes_as_one(kind, ending, asked, request, monkeypatch, tmp_path):
    place = request.getfixturevalue(kind)
    outs = [tmp_path / f"{cores}.{ending}" for cores in (1, 2)]
    notes = []
    asked.clear()
    for cores, out in enumerate(outs, 1):
        monkeypatch.setattr(row_generator, "usable_cores", lambda cores=cores: cores)
        notes.append(halves(place, out))
    assert [one["processes"] for one in asked] == [1, 2]
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert notes[0] == notes[1]


def test_threads_of_torch_change_no_byte_and_are_left_as_they_were(finished, tmp_path):
    before, outs = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        outs.append(tmp_path / f"{threads}.csv")
        generate(finished, GenerateRequest(10_000), outs[-1])
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_few_rows_are_made_in_this_process(asked, finished, monkeypatch, tmp_path):
    monkeypatch.setattr(row_generator, "usable_cores", lambda: 2)
    generate(finished, GenerateRequest(10), tmp_path / "rows.csv")
    assert asked[-1]["processes"] == 1


@RAY_WARNS
def test_two_nodes_write_the_same_bytes_also_if_one_is_killed(two_nodes, finished, tmp_path):
    ray = pytest.importorskip("ray")
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    asks = GenerateRequest(2 * PART_ROWS, seed=3)
    notes = generate(finished, asks, here)
    others = [two_nodes.second, two_nodes.told("add")]
    killed = []

    def kill(node: str) -> None:
        killed.append(two_nodes.told(f"kill {node}"))

    def hear(event: Event) -> None:
        if event.step == 5:  # this process may be on either of them, and would die with that one
            own = ray.get_runtime_context().get_node_id()
            killer.append(threading.Thread(target=kill, args=[next(one for one in others if one != own)]))
            killer[0].start()

    killer: list[threading.Thread] = []
    assert generate(finished, asks, there, hear, cluster=two_nodes.address) == notes
    killer[0].join()
    assert killed == ["killed"]
    assert there.read_bytes() == here.read_bytes()
