"""Ray nodes of one core each on this machine, in a process of their own: `python -m tests.core.ray_nodes`.

It prints the address of the first node and the id of the second, then obeys a line each: ``add`` prints the id of a
further node; ``kill ID`` kills one without a word to the others. It ends with its input.
"""

import gc
import subprocess
import sys

import pytest

RAY_WARNS = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # files that Ray leaves open


class Nodes:
    """The nodes of a process of this module."""

    def __init__(self):
        command = [sys.executable, "-m", "tests.core.ray_nodes"]
        self.process = subprocess.Popen(  # noqa: S603  # its own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.address, self.second = self.process.stdout.readline().split()

    def told(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def without_ray_files():
    """Files that Ray leaves open are closed before the next test, which is not about Ray, would hear of them."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def two_nodes():
    pytest.importorskip("ray", reason="Ray is not installed here; `make setup` installs it.")
    nodes = Nodes()
    yield nodes
    nodes.process.communicate(timeout=60)


def main() -> None:
    """Start two nodes, and add and kill others as told."""
    from ray.cluster_utils import Cluster

    def say(words: str) -> None:
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes = {}

    def add() -> str:
        node = cluster.add_node(num_cpus=1)
        nodes[node.node_id] = node
        return str(node.node_id)

    say(f"{cluster.address} {add()}")
    for line in sys.stdin:
        word, _, name = line.strip().partition(" ")
        if word == "add":
            say(add())
        else:
            cluster.remove_node(nodes.pop(name), allow_graceful=False)
            say("killed")
    cluster.shutdown()


if __name__ == "__main__":
    main()
