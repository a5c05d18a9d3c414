import pickle
import signal
import socket
import threading
import time
from contextlib import closing
from functools import partial

import pytest

from core import cluster
from core.cluster import LOCAL, LocalListener, completed, connected
from core.errors import ConfigError
from core.events import Event
from tests.core.ray_nodes import RAY_WARNS, two_nodes, without_ray_files

__all__ = ["two_nodes", "without_ray_files"]

pytestmark = pytest.mark.usefixtures("without_ray_files")


def results(tasks, address=None):
    with closing(completed(tasks, address)) as done:
        found = {place: result() for place, result in done}
    return [found[place] for place in range(len(tasks))]


def marked(folder, place, seconds=0.0):
    """Leave a file when the task begins; end after some seconds, with the node that it ran on."""
    import ray

    node = ray.get_runtime_context().get_node_id()
    with (folder / f"{place}").open("a", encoding="utf-8") as begun:
        begun.write(f"{node}\n")
    time.sleep(seconds)
    return place, node


def refused():
    raise ConfigError("No such preset.")


def test_tasks_here_are_computed_in_order_when_their_result_is_asked_for():
    done = []
    found = completed([partial(done.append, place) for place in range(3)])
    place, result = next(found)
    assert (place, done) == (0, [])
    result()
    assert done == [0]
    assert results([lambda: "a", lambda: "b"]) == ["a", "b"]


def test_a_listener_hears_what_happens_here_and_nothing_elsewhere():
    heard = []
    listener = LocalListener(heard.append)
    listener(Event("audit", 1, 2))
    elsewhere = pickle.loads(pickle.dumps(listener))  # noqa: S301  # its own bytes
    elsewhere(Event("audit", 2, 2))
    assert [event.step for event in heard] == [1]


def test_a_node_with_other_software_is_refused(monkeypatch):
    monkeypatch.setattr(cluster, "_software", lambda: "another")
    with pytest.raises(ConfigError, match="another version of Evenhand"):
        cluster._checked(lambda: 1, "this")
    assert cluster._checked(lambda: 1, "another") == 1


def test_without_ray_a_cluster_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(ConfigError, match=r"pip install 'evenhand\[cluster\]'"):
        results([lambda: 1], "local")


@pytest.mark.parametrize("address", ["ray", "10.0.0.5", ":6379", "host:123456", "host:x"])
def test_an_address_that_is_none_is_refused(address):
    pytest.importorskip("ray")
    with pytest.raises(ConfigError, match="HOST:PORT or local"):
        results([lambda: 1], address)


def test_where_nothing_listens_is_told_at_once():
    pytest.importorskip("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConfigError, match=f"No Ray cluster answers at '{address}'"):
        results([lambda: 1], address)


@RAY_WARNS
def test_the_cores_of_this_machine_are_a_cluster_too():
    pytest.importorskip("ray")
    assert results([lambda: "a", lambda: "b"], LOCAL) == ["a", "b"]


@RAY_WARNS
def test_a_run_is_asked_to_stop_as_before_while_it_is_connected():
    pytest.importorskip("ray")
    own = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with connected(LOCAL), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, own)


@RAY_WARNS
def test_two_nodes_share_the_tasks_and_an_error_is_the_same_as_here(two_nodes, tmp_path):
    found = results([partial(marked, tmp_path, place, 0.5) for place in range(6)], two_nodes.address)
    assert [place for place, _ in found] == list(range(6))
    assert len({node for _, node in found}) == 2
    with pytest.raises(ConfigError, match="No such preset"):
        results([refused], two_nodes.address)


@RAY_WARNS
def test_a_node_that_dies_loses_nothing(two_nodes, tmp_path):
    node = two_nodes.told("add")

    def kill_when_busy():
        while not any(node in one.read_text() for one in tmp_path.iterdir()):
            time.sleep(0.05)
        two_nodes.told(f"kill {node}")

    killer = threading.Thread(target=kill_when_busy)
    killer.start()
    found = results([partial(marked, tmp_path, place, 2.0) for place in range(6)], two_nodes.address)
    killer.join()
    assert [place for place, _ in found] == list(range(6))
    begun = [(tmp_path / str(place)).read_text().splitlines() for place in range(6)]
    assert any(len(times) > 1 for times in begun)  # one was lost, and begun again elsewhere
    assert node not in {found_on for _, found_on in found}
