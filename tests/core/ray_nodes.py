"""Ray nodes of one core each on this machine, in a process of their own: `python -m tests.core.ray_nodes`.

It prints the address of the first node and the id of the second, then obeys a line each: ``add`` prints the id of a
further node; ``kill ID`` kills one without a word to the others. It ends with its input.
"""

import sys

from ray.cluster_utils import Cluster


def main() -> None:
    """Start two nodes, and add and kill others as told."""

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
