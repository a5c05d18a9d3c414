"""The causal graph: what is refused, which edges are cut, and that discovery finds a known graph."""

import sys
from functools import cache

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.encoding.mixed import MixedEncoding, fit_mixed
from core.data.schema import Schema
from core.data.sources.load import load
from core.errors import ConfigError
from core.events import Event
from core.synthesis.methods import causal_graph as causal_graphs
from core.synthesis.methods.causal_graph import causal_graph, coarse_bins, cut_causes, discovered_edges, node_of

TWO = "sex × origin"


@cache
def demo() -> Dataset:
    return load("demo", rows=300, sensitive=["sex", "origin"], seed=1)


@cache
def encoding() -> MixedEncoding:
    return fit_mixed(demo().frame, demo().schema)[0]


# -- a graph from edges ----------------------------------------------------------------------------------------------


def test_every_variable_is_a_node_and_sensitive_columns_are_one() -> None:
    edges = [("sex", "income"), ("origin", "income"), ("age", "origin"), ("sex", "origin"), ("income", "approved")]
    graph = causal_graph(edges, encoding())
    assert set(graph) == {block.name for block in encoding().blocks}
    assert set(graph.edges()) == {(TWO, "income"), ("age", TWO), ("income", "approved")}


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([("wealth", "income")], "edges name a column 'wealth'"),
        ([("income", "wealth")], "edges name a column 'wealth'"),
        ([("age", "age")], "'age' cannot cause itself"),
        ([("age", "income"), ("income", "age")], "'age' causes 'income', 'income' causes 'age'"),
        ([("sex", "income"), ("income", "origin")], f"form a cycle: .*'income' causes '{TWO}'"),
    ],
)
def test_edges_that_do_not_fit_are_refused(edges: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        causal_graph(edges, encoding())


def test_an_ignored_column_is_no_variable() -> None:
    schema = demo().schema.edited("postcode_area", role=Role.IGNORED)
    fitted, _ = fit_mixed(demo().frame, schema)
    with pytest.raises(ConfigError, match="'postcode_area' that the model does not use"):
        node_of("postcode_area", fitted, "edges")


# -- which causes are cut --------------------------------------------------------------------------------------------

HAND_MADE = nx.DiGraph(
    [
        ("s", "y"),
        ("s", "effect"),
        ("effect", "y"),
        ("effect", "later"),
        ("later", "y"),
        ("ancestor", "s"),
        ("ancestor", "y"),
        ("common", "s"),
        ("common", "cousin"),
        ("cousin", "y"),
        ("s", "collider"),
        ("behind", "collider"),
        ("behind", "y"),
        ("apart", "y"),
        ("y", "outcome of y"),
    ]
)
DEPENDENT = ["ancestor", "cousin", "effect", "later", "s"]


@pytest.mark.parametrize(
    ("cut", "explanatory", "expected"),
    [
        ("none", [], []),
        ("ftu", [], ["s"]),
        ("ftu", ["effect"], ["s"]),
        ("cf", [], ["effect", "later", "s"]),
        ("cf", ["effect"], ["s"]),
        ("cf", ["later"], ["effect", "s"]),
        ("dp", [], DEPENDENT),
        ("dp", ["effect"], DEPENDENT),
    ],
)
def test_what_is_cut(cut: causal_graphs.EdgeCut, explanatory: list[str], expected: list[str]) -> None:
    assert cut_causes(HAND_MADE, cut, group="s", target="y", explanatory=explanatory) == expected


def test_a_way_around_an_explanatory_variable_is_cut() -> None:
    graph = nx.DiGraph([("s", "job"), ("job", "pay"), ("s", "pay"), ("pay", "y")])
    assert cut_causes(graph, "cf", group="s", target="y", explanatory=["job"]) == ["pay"]
    graph.remove_edge("s", "pay")
    assert cut_causes(graph, "cf", group="s", target="y", explanatory=["job"]) == []
    assert cut_causes(graph, "dp", group="s", target="y", explanatory=["job"]) == ["pay"]


@pytest.mark.parametrize("graph", [HAND_MADE, nx.DiGraph([("a", "s"), ("a", "b"), ("b", "y"), ("c", "y")])])
def test_nothing_that_is_left_ties_the_target_to_the_group(graph: nx.DiGraph) -> None:
    left = graph.copy()
    left.remove_edges_from([(cause, "y") for cause in cut_causes(graph, "dp", group="s", target="y")])
    assert nx.is_d_separator(left, {"s"}, {"y"}, set())


def test_a_target_that_causes_the_group_cannot_be_cut_free() -> None:
    graph = nx.DiGraph([("y", "x"), ("x", "s")])
    assert cut_causes(graph, "none", group="s", target="y") == []
    with pytest.raises(ConfigError, match="the target 'y' a cause of 's'"):
        cut_causes(graph, "dp", group="s", target="y")


# -- discovery -------------------------------------------------------------------------------------------------------


@cache
def known(rows: int = 3000) -> tuple[pd.DataFrame, Schema]:
    """``s -> x -> y <- w`` with numbers x and w."""
    rng = np.random.default_rng(0)
    s = rng.random(rows) < 0.5
    x, w = 1.5 * s + rng.normal(size=rows), rng.normal(size=rows)
    y = x + w + rng.normal(size=rows) / 2 > 0.75
    text = {name: pd.Series(np.where(flags, "yes", "no"), dtype="str") for name, flags in {"s": s, "y": y}.items()}
    columns = (
        Column(name="s", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="x", kind=Kind.NUMERICAL),
        Column(name="w", kind=Kind.NUMERICAL),
        Column(name="y", kind=Kind.CATEGORICAL, role=Role.TARGET),
    )
    return pd.DataFrame({"s": text["s"], "x": x, "w": w, "y": text["y"]}), Schema(columns=columns, positive="yes")


def test_discovery_finds_who_stands_beside_whom() -> None:
    edges = discovered_edges(*fit_mixed(*known()))
    assert edges == [("s", "x"), ("w", "y"), ("x", "y")]  # nothing causes s, y causes nothing: the rest follows
    assert edges == discovered_edges(*fit_mixed(*known()))


def test_discovery_knows_that_nothing_causes_the_group_and_the_target_nothing() -> None:
    fitted, rows = fit_mixed(demo().frame, demo().schema)
    edges = discovered_edges(fitted, rows)
    assert edges
    assert all(effect != TWO and cause != "approved" for cause, effect in edges)
    assert nx.is_directed_acyclic_graph(causal_graph(edges, fitted))


def test_discovery_can_be_cancelled_between_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Event] = []

    def stop(event: Event) -> None:
        seen.append(event)
        if len(seen) > 20:
            raise InterruptedError

    monkeypatch.setattr(causal_graphs, "SECONDS", 0.0)
    with pytest.raises(InterruptedError):
        discovered_edges(*fit_mixed(*known()), listener=stop)
    assert {(event.stage, event.step, event.total) for event in seen} == {("causes", 0, 1)}


def test_without_pgmpy_edges_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pgmpy.causal_discovery", None)
    with pytest.raises(ConfigError, match=r"pip install -c constraints.txt -e '.\[causal\]', or give the edges"):
        discovered_edges(*fit_mixed(*known()))


def test_frequent_codes_are_bins_of_their_own() -> None:
    assert coarse_bins([0.1, 0.1, 0.7, 0.05, 0.05]).tolist() == [0, 0, 1, 2, 2]
    assert coarse_bins([0.02] * 50).max() == 4
    assert coarse_bins([1.0]).tolist() == [0]
    assert coarse_bins([]).tolist() == []


def test_missing_numbers_and_many_rows_are_discovered_from_too() -> None:
    frame, schema = known(12_000)
    gone = frame.assign(w=frame["w"].mask(frame["w"] > 1.5))
    codes = causal_graphs._discovery_codes(*fit_mixed(gone, schema))
    assert codes.shape == (causal_graphs.MAX_ROWS, 4)
    assert np.unique(codes[:, 1]).tolist() == list(range(6))  # five bins, and the missing values
    assert abs((codes[:, 1] == 5).mean() - gone["w"].isna().mean()) < 0.01
