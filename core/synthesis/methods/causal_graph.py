"""The causal graph of a table: given or discovered, checked, and the edges that DECAF cuts.

The variables are the blocks of `core.data.encoding.mixed`: every feature, the group and the target. Several sensitive
columns are one variable, the intersectional group. An edge of any of them is an edge of the group; an edge between two
of them has no effect.

Discovery is hill climbing with the BIC of discrete variables (library pgmpy; Koller and Friedman, "Probabilistic
Graphical Models", 18.4.3), on at most 10,000 rows, with numbers in about five bins. It assumes that nothing causes the
group and that the target causes nothing. Data cannot distinguish graphs with the same independences. The order of the
columns decides among them, so the same rows always give the same graph.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from core.data.encoding.columns import NumericCode
from core.data.encoding.mixed import MixedEncoding
from core.data.encoding.table import CodedRows
from core.errors import ConfigError
from core.events import Event, Listener, ignore
from core.synthesis.methods.settings import EdgeCut

if TYPE_CHECKING:
    from numpy.typing import NDArray

Edge = tuple[str, str]
"""(cause, effect)."""

BINS = 5
MAX_ROWS = 10_000
STAGE = "causes"
SECONDS = 0.5


def causal_graph(edges: Iterable[Edge], encoding: MixedEncoding) -> nx.DiGraph:
    """Build the graph of these edges between columns, with all variables as nodes.

    Raises:
        ConfigError: An edge names an unknown column or connects a column with itself, or the edges form a cycle.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(block.name for block in encoding.blocks)
    for cause, effect in edges:
        if cause == effect:
            raise ConfigError(f"Column {cause!r} cannot cause itself; leave the edge out.", field="hyperparameters")
        nodes = node_of(cause, encoding, "edges"), node_of(effect, encoding, "edges")
        if nodes[0] != nodes[1]:
            graph.add_edge(*nodes)
    if not nx.is_directed_acyclic_graph(graph):
        nodes_in_cycle = [cause for cause, _ in nx.find_cycle(graph)]
        cycle = ", ".join(
            f"{cause!r} causes {effect!r}"
            for cause, effect in zip(nodes_in_cycle, [*nodes_in_cycle[1:], nodes_in_cycle[0]], strict=True)
        )
        raise ConfigError(f"The edges form a cycle: {cycle}; leave one of them out.", field="hyperparameters")
    return graph


def node_of(column: str, encoding: MixedEncoding, param: str) -> str:
    """Return the variable that a column belongs to.

    Args:
        column: Header.
        encoding: Encoding of the train rows.
        param: Name of the setting that names the column, for the error message.

    Raises:
        ConfigError: There is no such column, or it is ignored.
    """
    if column in encoding.table.sensitive:
        return encoding.group.name
    names = [block.name for block in encoding.blocks]
    if column not in names:
        raise ConfigError(
            f"{param} name a column {column!r} that the model does not use; it uses: {', '.join(names)}.",
            field="hyperparameters",
        )
    return column


def cut_causes(
    graph: nx.DiGraph, cut: EdgeCut, *, group: str, target: str, explanatory: Iterable[str] = ()
) -> list[str]:
    """Return the causes of the target whose edges into it are cut.

    ``ftu`` (fairness through unawareness): the group. ``cf`` (conditional fairness): the group and its descendants on
    directed paths without explanatory variables. ``dp`` (demographic parity): every cause that is not d-separated from
    the group: descendants, ancestors and effects of common causes.

    Args:
        graph: An acyclic graph.
        cut: Fairness criterion.
        group: Node of the sensitive columns.
        target: Node of the outcome.
        explanatory: Nodes through which the group may act (``cf``).

    Raises:
        ConfigError: The target is a cause of the group, so cutting edges into the target has no effect.
    """
    if cut == "none":
        return []
    if target in nx.ancestors(graph, group):
        raise ConfigError(
            f"The edges make the target {target!r} a cause of {group!r}; cutting edges into the target does not change "
            "that. Reverse edges, or set cut to none.",
            field="hyperparameters",
        )
    causes = sorted(graph.predecessors(target))
    if cut == "ftu":
        return [cause for cause in causes if cause == group]
    if cut == "cf":
        allowed = set(explanatory)
        rest = graph.subgraph([node for node in graph if node not in allowed])
        return [cause for cause in causes if cause == group or cause in nx.descendants(rest, group)]
    return [cause for cause in causes if cause == group or not nx.is_d_separator(graph, {cause}, {group}, set())]


# -- discovery -------------------------------------------------------------------------------------------------------


def discovered_edges(encoding: MixedEncoding, rows: CodedRows, *, listener: Listener = ignore) -> list[Edge]:
    """Discover edges between variables by hill climbing on train rows.

    This takes about a second for fifteen columns. The listener receives an event twice a second, while pgmpy is
    imported and between scores. A single score takes milliseconds and cannot be interrupted.

    Args:
        encoding: Encoding of the train rows.
        rows: Coded train rows.
        listener: Receives progress; may raise to cancel.

    Raises:
        ConfigError: pgmpy is not installed.
    """
    listener(Event(STAGE, 0, 1, message="Discovering the causal graph."))
    search, scores = (_import_module(f"pgmpy.{name}", listener) for name in ("causal_discovery", "structure_score"))
    names = [block.name for block in encoding.blocks]
    codes = _discovery_codes(encoding, rows)
    # Nodes are numbers: pgmpy iterates over a set of pairs, and the order of strings in a set differs by process.
    frame = pd.DataFrame({node: pd.Categorical(column) for node, column in enumerate(codes.T)})
    score = scores.BIC(frame)
    score.local_score = _with_progress(score.local_score, listener)
    group, target = len(names) - 2, len(names) - 1
    knowledge = search.ExpertKnowledge(forbidden_edges=forbidden_edges(len(names), group, target))
    climber = search.HillClimbSearch(
        scoring_method=score, expert_knowledge=knowledge, return_type="dag", show_progress=False
    )
    climber.fit(frame)
    listener(Event(STAGE, 1, 1))
    return sorted((names[cause], names[effect]) for cause, effect in climber.causal_graph_.edges())


def forbidden_edges(nodes: int, group: int, target: int) -> list[tuple[int, int]]:
    """Return the edges that are excluded: into the group, and out of the target.

    >>> forbidden_edges(3, group=1, target=2)
    [(0, 1), (2, 0), (2, 1)]
    """
    into = {(node, group) for node in range(nodes) if node != group}
    return sorted(into | {(target, node) for node in range(nodes) if node != target})


def coarse_bins(shares: Sequence[float], bins: int = BINS) -> NDArray[np.int64]:
    """Assign ascending codes with these shares to about ``bins`` bins; a frequent code has a bin of its own.

    >>> coarse_bins([0.9, 0.05, 0.05]).tolist()
    [0, 1, 1]
    >>> coarse_bins([0.1] * 10).tolist()
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    """
    bin_of_code, current_bin, share_in_bin = [], 0, 0.0
    min_share = 1.0 / bins - 1e-9
    for share in shares:
        if share_in_bin and (share >= min_share or share_in_bin >= min_share):
            current_bin, share_in_bin = current_bin + 1, 0.0
        bin_of_code.append(current_bin)
        share_in_bin += share
    return np.asarray(bin_of_code, dtype=np.int64)


def _discovery_codes(encoding: MixedEncoding, rows: CodedRows) -> NDArray[np.int64]:
    """Return codes of all variables, shape (m, V), m at most 10,000: numbers in few bins, missing values in another."""
    sampled_rows = np.arange(len(rows))
    if len(rows) > MAX_ROWS:
        sampled_rows = np.sort(np.random.default_rng(0).choice(len(rows), size=MAX_ROWS, replace=False))
    sample = rows.take(sampled_rows)
    features = []
    for index, shares in zip(encoding.table.feature_index, encoding.shares, strict=True):
        code = encoding.table.columns[index]
        column = sample.codes[:, index]
        if isinstance(code, NumericCode):
            bin_codes = coarse_bins(shares[: len(code.bins)])
            column = np.append(bin_codes, bin_codes.max(initial=-1) + 1)[column]  # the last code is for missing values
        features.append(column)
    return np.stack([*features, sample.groups, sample.target], axis=1)


def _import_module(name: str, listener: Listener) -> ModuleType:
    """Import a module in another thread, so that the listener can cancel; the first import takes seconds."""
    pool = ThreadPoolExecutor(1)
    try:
        pending = pool.submit(import_module, name)
        while wait([pending], timeout=SECONDS).not_done:
            listener(Event(STAGE, 0, 1))
        return pending.result()
    except ModuleNotFoundError as error:
        raise ConfigError(
            "Discovering the causal graph needs pgmpy; install it with pip install -c constraints.txt -e '.[causal]', "
            "or give the edges.",
            field="hyperparameters",
        ) from error
    finally:
        pool.shutdown(wait=False)


def _with_progress(score: Callable[[Any, tuple[Any, ...]], float], listener: Listener) -> Callable[..., float]:
    """Wrap a score to report progress twice a second, and sort the parents so that no set is scored twice."""
    last_report = time.monotonic()

    def score_variable(variable: Any, parents: tuple[Any, ...]) -> float:
        nonlocal last_report
        if time.monotonic() - last_report > SECONDS:
            listener(Event(STAGE, 0, 1))
            last_report = time.monotonic()
        return score(variable, tuple(sorted(parents)))

    return score_variable
