"""Fairlearn's four methods on rows with a known unfairness."""

import sys
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from fairlearn.preprocessing import PrototypeRepresentationLearner
from scipy.optimize import check_grad
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.encoding.feature_matrix import fit_features
from core.data.encoding.table import OTHER_GROUPS
from core.data.groups import group_labels, target_labels
from core.data.holdout_split import validation_split
from core.data.schema import Schema
from core.data.sources.load import load
from core.errors import SchemaError
from core.events import Event
from core.synthesis.base import LEARN, Observations
from core.synthesis.methods.labelled_rows import labelled_rows, stratified_subsample
from core.synthesis.methods.lfr import Learner, Loss
from core.synthesis.methods.method_info import method

CPU = torch.device("cpu")
NAMES = ["correlation-remover", "lfr", "threshold-optimizer", "adversarial-mitigation"]
ROWS = 2_500


@cache
def planted(rows: int = ROWS) -> Dataset:
    """Two groups, a proxy of theirs, and an outcome that the proxy decides as much as the skill does."""
    rng = np.random.default_rng(5)
    group = rng.integers(2, size=rows)
    skill, proxy = rng.normal(size=rows), group + 0.4 * rng.normal(size=rows)
    outcome = skill + 1.5 * (proxy - 0.5) + 0.5 * rng.normal(size=rows) > 0
    frame = pd.DataFrame(
        {
            "skill": skill,
            "proxy": proxy,
            "place": pd.Series(np.array(["west", "east"])[group ^ (rng.random(rows) < 0.2)], dtype="str"),
            "group": pd.Series(np.array(["b", "a"])[group], dtype="str"),
            "hired": pd.Series(np.where(outcome, "yes", "no"), dtype="str"),
        }
    )
    kinds = [Kind.NUMERICAL, Kind.NUMERICAL, Kind.CATEGORICAL, Kind.CATEGORICAL, Kind.CATEGORICAL]
    roles = [Role.FEATURE, Role.FEATURE, Role.FEATURE, Role.SENSITIVE, Role.TARGET]
    columns = tuple(Column(name=n, kind=k, role=r) for n, k, r in zip(frame.columns, kinds, roles, strict=True))
    return Dataset(name="planted", frame=frame, schema=Schema(columns=columns, positive="yes"))


@cache
def demo() -> Dataset:
    return load("demo", rows=ROWS, sensitive=["sex", "origin"], seed=2)


def fitted(name: str, data: Dataset, preset: str = "fast", seed: int = 0, **hyperparameters: Any) -> Any:
    return method(name, preset, hyperparameters).fit(Observations(data.frame), data.schema, seed=seed, device=CPU)


def said(made: Any, frame: pd.DataFrame) -> Any:
    return made.encode(frame) if hasattr(made, "encode") else made.decide(frame).scores


def gap(selected: Any, groups: Any) -> float:
    rates = [selected[groups == one].mean() for one in np.unique(groups)]
    return float(max(rates) - min(rates))


def indicators(data: Dataset, *names: str) -> Any:
    labels = group_labels(data.frame, data.schema, names)
    return (labels[:, None] == np.unique(labels)).astype(float)


def correlations(matrix: Any, groups: Any) -> Any:
    moving = matrix[:, matrix.std(axis=0) > 1e-6]
    return np.corrcoef(moving.T, groups.T)[: moving.shape[1], moving.shape[1] :]


@pytest.mark.parametrize("columns", [("sex",), ("origin",), ("sex", "origin")])
def test_nothing_correlates_with_any_group_after_the_remover(columns: tuple[str, ...]) -> None:
    groups = indicators(demo(), *columns)
    after = fitted("correlation-remover", demo()).encode(demo().frame)
    assert np.abs(correlations(after, groups)).max() < 1e-5
    before = fitted("correlation-remover", demo(), alpha=0.0)
    assert np.abs(correlations(before.encode(demo().frame), groups)).max() > 0.1
    expected = fit_features(demo().frame, demo().schema, with_sensitive=False).matrix(demo().frame)
    np.testing.assert_allclose(before.encode(demo().frame), expected, atol=1e-6)


@pytest.mark.parametrize("columns", [["sex"], ["sex", "origin"]])
def test_thresholds_make_selection_rates_alike_on_the_rows_they_were_chosen_on(columns: list[str]) -> None:
    data = load("demo", rows=6000, sensitive=columns, seed=2)
    made = fitted("threshold-optimizer", data)
    _, tuned = validation_split(data.frame, data.schema, 0.25, 0)
    groups = group_labels(tuned, data.schema, data.schema.sensitive)
    found = made.decide(tuned)
    smallest = min(np.unique(groups, return_counts=True)[1])
    noise = 3 * np.sqrt(2 * 0.25 / smallest)  # lots are drawn between two thresholds
    assert gap(found.selected, groups) < min(noise, 0.1)
    assert gap(found.scores >= 0.5, groups) > 0.15
    assert made.decides_with_groups


def test_equalized_odds_makes_both_error_rates_alike() -> None:
    made = fitted("threshold-optimizer", planted(), constraint="equalized_odds")
    _, tuned = validation_split(planted().frame, planted().schema, 0.25, 0)
    groups, labels = tuned["group"].to_numpy(), target_labels(tuned, planted().schema)
    found = made.decide(tuned)
    for outcome in (0, 1):
        rows = labels == outcome
        assert gap(found.selected[rows], groups[rows]) < 0.15 < gap(found.scores[rows] >= 0.5, groups[rows])


def test_a_group_of_one_outcome_is_given_the_largest_groups_thresholds() -> None:
    data = planted()
    frame = data.frame.copy()
    frame.loc[:59, ["group", "hired"]] = ["c", "no"]
    messages: list[Event] = []
    made = method("threshold-optimizer").fit(
        Observations(frame), data.schema, seed=0, device=CPU, listener=messages.append
    )
    assert made.threshold_group.tolist() in ([0, 1, 0], [0, 1, 1])
    assert "1 of 3 groups" in messages[-1].message
    assert len(made.decide(frame).selected) == len(frame)


def test_the_adversary_narrows_the_gap() -> None:
    groups = planted().frame["group"].to_numpy()
    plain = fitted("adversarial-mitigation", planted(), "default", weight=0.0).decide(planted().frame)
    fair = fitted("adversarial-mitigation", planted(), "default").decide(planted().frame)
    labels = target_labels(planted().frame, planted().schema)
    assert gap(plain.selected, groups) > gap(fair.selected, groups) + 0.1
    assert (fair.selected == labels).mean() > 0.65


def test_the_adversary_leaves_torch_as_it_was_and_imports_no_compiler() -> None:
    torch.manual_seed(11)
    before = torch.random.get_rng_state()
    loaded = "torch._dynamo" in sys.modules
    fitted("adversarial-mitigation", planted())
    assert torch.equal(before, torch.random.get_rng_state())
    assert ("torch._dynamo" in sys.modules) == loaded


def test_prototypes_tell_less_of_the_group_than_the_features_do() -> None:
    data = planted()
    groups = (data.frame["group"] == "a").to_numpy()
    raw = fit_features(data.frame, data.schema, with_sensitive=False).matrix(data.frame)
    made = fitted("lfr", data, "default", prototypes=5).encode(data.frame)
    np.testing.assert_allclose(made.sum(axis=1), 1, atol=1e-5)
    features, prototypes = (
        roc_auc_score(groups, LogisticRegression(max_iter=1000).fit(matrix, groups).predict_proba(matrix)[:, 1])
        for matrix in (raw, made)
    )
    assert prototypes < features - 0.1
    labels = target_labels(data.frame, data.schema)
    skilled = LogisticRegression(max_iter=1000, C=100).fit(made, labels).predict_proba(made)[:, 1]
    assert roc_auc_score(labels, skilled) > 0.7


def test_the_loss_of_prototypes_is_fairlearns_and_its_slope_exact() -> None:
    features = fit_features(demo().frame, demo().schema, with_sensitive=False)
    rows = labelled_rows(stratified_subsample(demo().frame, demo().schema, 200, 0), features)
    hyperparameters: dict[str, Any] = {
        "n_prototypes": 3,
        "reconstruct_weight": 0.01,
        "fairness_weight": 50.0,
        "max_iter": 1,
    }
    theirs = PrototypeRepresentationLearner(**hyperparameters, random_state=0)
    theirs.fit(rows.matrix, rows.labels, sensitive_features=rows.codes)
    loss = Loss(Learner(**hyperparameters), rows.matrix, rows.labels, rows.codes)
    rng = np.random.default_rng(0)
    size = rows.matrix.shape[1]
    point = np.concatenate([rng.normal(size=3 * size), rng.uniform(0.1, 0.9, 3), rng.uniform(0.1, 1, size)])
    expected = theirs._objective(point, rows.matrix, rows.labels, pd.Series(rows.codes))
    assert loss(point)[0] == pytest.approx(expected, abs=50 * 1e-3)  # the rounded corner
    assert check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], point) < 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_all_that_is_drawn(name: str) -> None:
    first, again = (said(fitted(name, demo(), seed=3), demo().frame) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    if name != "correlation-remover":
        assert not np.array_equal(first, said(fitted(name, demo(), seed=4), demo().frame))


@pytest.mark.parametrize("name", NAMES)
def test_missing_and_unseen_values_do_not_fail(name: str) -> None:
    data = demo()
    made = fitted(name, data)
    strange = data.frame.head(60).copy()
    strange.loc[:9, "postcode_area"] = "Moon"
    strange.loc[10:19, "origin"] = "elsewhere"
    for column in data.schema.columns:
        if column.role is not Role.TARGET:
            strange.loc[20:29, column.name] = None
    found = said(made, strange)
    assert len(found) == 60
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", NAMES)
def test_it_tells_of_its_work_and_can_be_stopped_at_the_start(name: str) -> None:
    events: list[Event] = []
    method(name, "fast").fit(
        Observations(planted().frame), planted().schema, seed=0, device=CPU, listener=events.append
    )
    assert {event.stage for event in events} == {LEARN}
    assert events[0].step == 0
    assert events[-1].step == events[-1].total
    with pytest.raises(KeyboardInterrupt):
        method(name).fit(Observations(planted().frame), planted().schema, seed=0, device=CPU, listener=_stop)


def _stop(_event: Event) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", NAMES)
def test_a_lacking_column_is_named(name: str) -> None:
    made = fitted(name, planted())
    with pytest.raises(SchemaError, match="no column 'proxy'"):
        said(made, planted().frame.drop(columns="proxy"))


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_learned_is_refused(name: str) -> None:
    data = planted()
    for frame, schema, words in [
        (data.frame, data.schema.edited("group", role="feature"), "no groups"),
        (data.frame.assign(group="a"), data.schema, "fewer than two groups"),
        (data.frame.assign(hired="no"), data.schema, "one outcome only"),
        (data.frame[["group", "hired"]], _only(data.schema, "group", "hired"), "role feature"),
    ]:
        if (name, words) in {
            ("threshold-optimizer", "role feature"),  # groups are features to it
            ("correlation-remover", "one outcome only"),  # it does not look at outcomes
        }:
            continue
        with pytest.raises(SchemaError, match=words):
            method(name, "fast").fit(Observations(frame), schema, seed=0, device=CPU)


def _only(schema: Schema, *names: str) -> Schema:
    return schema.replaced(columns=tuple(schema.column(name) for name in names))


def test_a_target_of_many_values_is_one_against_the_rest() -> None:
    data = load("demo", rows=600, target="education", positive="master", sensitive=["sex"], seed=1)
    rows = labelled_rows(data.frame, fit_features(data.frame, data.schema, with_sensitive=False))
    np.testing.assert_array_equal(rows.labels, data.frame["education"] == "master")


def test_features_leave_out_target_identifiers_and_optionally_the_groups() -> None:
    data = planted()
    schema = data.schema.edited("place", kind="identifier")
    assert fit_features(data.frame, schema, with_sensitive=False).names == ("skill", "proxy")
    assert fit_features(data.frame, schema, with_sensitive=True).names == ("skill", "proxy", "group")


def test_small_and_unseen_groups_are_pooled() -> None:
    data = planted()
    frame = data.frame.copy()
    frame.loc[:4, "group"] = "c"
    features = fit_features(frame, data.schema, with_sensitive=False)
    assert features.groups == ("a", "b", OTHER_GROUPS)
    assert set(features.codes(frame.head(5).assign(group="new"))) == {2}
