import os
import signal
import time
from contextlib import closing
from itertools import count, islice

import psutil
import pytest

from core.errors import ConfigError, EvenhandError
from core.shared_work import in_order
from tests.core.ray_nodes import RAY_WARNS, two_nodes, without_ray_files

__all__ = ["two_nodes", "without_ray_files"]

pytestmark = pytest.mark.usefixtures("without_ray_files")


def slow_at_first(shared, item):
    """The first item takes longest, so that a later one is done before it."""
    time.sleep(0.3 if item == 0 else 0.0)
    return shared, item, os.getpid()


def refused(shared, item):
    raise ConfigError(f"No {shared} {item}.")


def killed(_shared, _item):
    os.kill(os.getpid(), signal.SIGKILL)


def threads(_shared, _item):
    import torch

    return torch.get_num_threads()


def once_sent(shared, _item):
    return id(shared), os.getpid()


def test_one_process_works_here_on_each_item_when_it_is_asked_for():
    taken = []
    items = (taken.append(item) or item for item in count())
    with closing(in_order(slow_at_first, "a", items)) as found:
        assert next(found) == ("a", 0, os.getpid())
        assert taken == [0]


def test_several_processes_give_results_in_the_order_of_the_items():
    found = list(in_order(slow_at_first, "a", range(6), processes=2))
    assert [one[:2] for one in found] == [("a", item) for item in range(6)]
    assert os.getpid() not in {pid for *_, pid in found}


def test_what_all_items_need_reaches_a_process_once():
    found = list(in_order(once_sent, bytearray(10), range(8), processes=2))
    assert len(set(found)) == len({pid for _, pid in found})


def test_a_bounded_number_of_items_is_under_way():
    taken = []
    items = (taken.append(item) or item for item in count())
    with closing(in_order(slow_at_first, "a", items, processes=2)) as found:
        next(found)
        assert len(taken) == 4


def test_each_process_has_one_thread():
    assert list(in_order(threads, None, range(2), processes=2)) == [1, 1]


def test_whoever_stops_early_leaves_no_process():
    with closing(in_order(slow_at_first, "a", count(), processes=2)) as found:
        pids = {pid for *_, pid in islice(found, 8)}
    assert pids
    assert not any(map(psutil.pid_exists, pids))


def test_an_error_is_the_same_as_here():
    with pytest.raises(ConfigError, match="No row 0"):
        list(in_order(refused, "row", range(3), processes=2))


def test_a_process_that_is_killed_is_told_with_the_remedy():
    with pytest.raises(EvenhandError, match="allow fewer cores"):
        list(in_order(killed, None, range(3), processes=2))


@RAY_WARNS
def test_a_cluster_gives_results_in_the_order_of_the_items(two_nodes):
    found = list(in_order(slow_at_first, "a", range(12), cluster=two_nodes.address))
    assert [one[:2] for one in found] == [("a", item) for item in range(12)]


@RAY_WARNS
def test_what_all_items_need_reaches_a_process_of_a_cluster_once(two_nodes):
    found = list(in_order(once_sent, bytearray(10), range(8), cluster=two_nodes.address))
    assert len(set(found)) == len({pid for _, pid in found})
