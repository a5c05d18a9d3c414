"""DECAF on a linear causal model whose effects are known: what each cut leaves of the gap between groups."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import norm

from core.data.column import Column, Kind, Role
from core.data.schema import Schema
from core.data.sources.load import load
from core.errors import ConfigError
from core.synthesis.base import Observations
from core.synthesis.methods.decaf import Decaf
from core.synthesis.methods.method_info import method
from core.synthesis.methods.settings import AdversarialOptimisation, DecafSettings, EdgeCut

CPU = torch.device("cpu")
EDGES = (("s", "x"), ("x", "y"), ("s", "y"))
SCHEMA = Schema(
    columns=(
        Column(name="s", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="x", kind=Kind.NUMERICAL),
        Column(name="y", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive="yes",
)
MADE = 20_000
TOTAL = 2 * norm.cdf(1 / 2**0.5) - 1
"""Of ``x = s + e``, ``y = 1`` where ``x + s + e' > 1``, e and e' standard normal: P(y | s = 1) - P(y | s = 0)."""
INDIRECT = norm.cdf(1 / 2**0.5) - 0.5
"""The same when y sees a permuted s: ``((F(1/r) + F(0)) - (F(0) + F(-1/r))) / 2`` with r the root of 2."""
NOISE = 3 * (0.25 * 4 / MADE) ** 0.5
"""Three standard errors of a difference of two rates, .021."""
LEARNED = 0.1
"""How far a generator's effects may be from the true ones; three seeds were within .08."""


def linear_model(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    s = rng.random(rows) < 0.5
    x = s + rng.normal(size=rows)
    y = x + s + rng.normal(size=rows) > 1
    text = [pd.Series(np.where(flags, "yes", "no"), dtype="str") for flags in (s, y)]
    return pd.DataFrame({"s": text[0], "x": x, "y": text[1]})


@cache
def fitted() -> Decaf:
    how = AdversarialOptimisation(epochs=120, batch_size=200, critic_steps=3, learning_rate=1e-3)
    settings = DecafSettings(edges=EDGES, cut="none", hidden=64, optimisation=how)
    return Decaf(settings).fit(Observations(linear_model(4000)), SCHEMA, seed=0, device=CPU)


@cache
def drawn(cut: EdgeCut, explanatory: tuple[str, ...] = ()) -> pd.DataFrame:
    made = fitted()
    made.settings = made.settings.model_copy(update={"cut": cut, "explanatory": explanatory})
    return made.sample(MADE, seed=1).frame


def gap(frame: pd.DataFrame) -> float:
    rates = (frame["y"] == "yes").groupby(frame["s"]).mean()
    return float(rates["yes"] - rates["no"])


def gap_given_x(frame: pd.DataFrame) -> float:
    """Mean gap within narrow slices of x, weighted by the smaller group's rows."""
    slices = pd.cut(frame["x"], np.arange(-2, 3.26, 0.25))
    rates = pd.crosstab(slices, frame["s"], frame["y"] == "yes", aggfunc="mean")
    weights = pd.crosstab(slices, frame["s"]).min(axis=1)
    kept = weights[weights >= 20].index
    return float(np.average(rates.loc[kept, "yes"] - rates.loc[kept, "no"], weights=weights[kept]))


def test_the_formulas_are_those_of_the_model() -> None:
    frame = linear_model(100_000)
    assert gap(frame) == pytest.approx(TOTAL, abs=0.01)
    rng = np.random.default_rng(1)
    s = frame["s"] == "yes"
    y = frame["x"] + rng.permutation(s) + rng.normal(size=len(frame)) > 1
    assert gap(frame.assign(y=np.where(y, "yes", "no"))) == pytest.approx(INDIRECT, abs=0.01)


@pytest.mark.slow
def test_without_a_cut_both_effects_are_there() -> None:
    rows = drawn("none")
    assert gap(rows) == pytest.approx(TOTAL, abs=LEARNED)
    assert gap_given_x(rows) == pytest.approx(gap_given_x(linear_model(MADE)), abs=LEARNED)


def test_dp_leaves_no_gap() -> None:
    assert abs(gap(drawn("dp"))) < NOISE
    assert abs(gap_given_x(drawn("dp"))) < 2 * NOISE


def test_ftu_leaves_the_indirect_effect_alone() -> None:
    rows = drawn("ftu")
    assert gap(rows) == pytest.approx(INDIRECT, abs=LEARNED)
    assert abs(gap_given_x(rows)) < 2 * NOISE


def test_cf_lies_between_them_as_its_explanatory_columns_say() -> None:
    pd.testing.assert_frame_equal(drawn("cf"), drawn("dp"))
    pd.testing.assert_frame_equal(drawn("cf", ("x",)), drawn("ftu"))


def test_a_cut_touches_the_target_alone() -> None:
    pd.testing.assert_frame_equal(drawn("dp")[["s", "x"]], drawn("none")[["s", "x"]])
    assert not drawn("dp")["y"].equals(drawn("none")["y"])


def test_a_few_rows_are_cut_too() -> None:
    """One row has no other to be permuted with, and so is made beside others."""
    made = fitted()
    made.settings = made.settings.model_copy(update={"cut": "dp", "explanatory": ()})
    rows = pd.concat([made.sample(1, seed=seed).frame for seed in range(600)], ignore_index=True)
    assert abs(gap(rows)) < 3 * (0.25 * 4 / 600) ** 0.5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"edges": [("wealth", "income")]}, "edges name a column 'wealth'"),
        ({"edges": [("approved", "sex")]}, "the target 'approved' a cause of 'sex'"),
        ({"edges": [], "explanatory": ["wealth"]}, "explanatory columns name a column 'wealth'"),
        ({"edges": [], "explanatory": ["sex"]}, "'sex' is sensitive or the target"),
        ({"edges": [], "explanatory": ["approved"]}, "'approved' is sensitive or the target"),
    ],
)
def test_what_does_not_fit_the_table_is_refused_before_training(changes: dict[str, object], words: str) -> None:
    data = load("demo", rows=200, sensitive=["sex"], seed=1)
    with pytest.raises(ConfigError, match=words):
        method("decaf", "fast", changes).fit(Observations(data.frame), data.schema, seed=0, device=CPU)


def test_a_table_without_known_edges_can_be_generated() -> None:
    made = Decaf(DecafSettings(edges=(), optimisation=AdversarialOptimisation(epochs=1, batch_size=200)))
    made.fit(Observations(linear_model(400)), SCHEMA, seed=0, device=CPU)
    assert made.edges() == made.cut_causes() == []
    assert len(made.sample(10, seed=0).frame) == 10
