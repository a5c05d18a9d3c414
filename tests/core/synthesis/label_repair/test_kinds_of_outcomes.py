"""Two outcomes, classes and numbers: one mechanism, independent of the group by construction."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, fit_encoding
from core.data.inference.column_kinds import infer_schema
from core.data.inference.role_assignment import assign_roles
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.settings import LabelSettings
from models.fair_score import FairClassScores, FairScore
from tests.core.synthesis.label_repair.channels import fitted_channel

ROWS, LEVELS = 3000, 12
KINDS = ("two", "levels", "classes", "number")
OUTCOMES = {
    "two": {"positive": "yes"},
    "levels": {"positive": "3"},
    "classes": {"positive": "home"},
    "number": {"threshold": 40.0},
}


def _outcome(kind: str, ability: np.ndarray, rng: np.random.Generator) -> pd.api.extensions.ExtensionArray:
    noisy = ability + rng.normal(0, 1, ROWS)
    if kind == "two":
        return pd.array(np.where(noisy > 0.5, "yes", "no"), dtype="str")
    if kind == "levels":
        return pd.array(1 + (noisy > 0).astype(int) + (noisy > 1), dtype="Int64")
    if kind == "classes":
        chosen = np.argmax(np.column_stack([noisy, np.zeros(ROWS), -ability]) + rng.gumbel(size=(ROWS, 3)), axis=1)
        return pd.array(np.asarray(["home", "office", "both"], dtype=object)[chosen], dtype="str")
    return pd.array(np.clip(np.round(38 + 6 * noisy), 1, 80).astype(int), dtype="Int64")


@cache
def _fitted(kind: str) -> tuple[LabelChannel, CodedRows]:
    """Group ``b`` has lower outcomes with the same features, and other features."""
    rng = np.random.default_rng(0)
    is_b = rng.random(ROWS) < 0.35
    skill = rng.normal(0, 1, ROWS) - 0.5 * is_b
    frame = pd.DataFrame(
        {
            "group": pd.array(np.where(is_b, "b", "a"), dtype="str"),
            "skill": skill.round(2),
            "other": rng.normal(0, 1, ROWS).round(2),
            "outcome": _outcome(kind, skill - 0.8 * is_b, rng),
        }
    )
    inferred, _ = infer_schema(frame)
    schema, _ = assign_roles(inferred, frame, target="outcome", sensitive=["group"], **OUTCOMES[kind])
    encoding = fit_encoding(frame, schema, EncodingSettings())
    rows = encoding.encode(frame, schema)
    network = FairClassScores if kind == "classes" else FairScore
    settings = LabelSettings(channel="attribute_aware")
    return fitted_channel(encoding, rows, settings, levels=LEVELS, kind=network), rows


def _by_group(channel: LabelChannel, rows: CodedRows) -> np.ndarray:
    """Return the distribution of the fair outcome in each group, shape (2, codes)."""
    levels = channel.levels(rows, np.random.default_rng(1))
    fair = channel.fair_probabilities(levels, rows.groups)
    return np.stack([fair[rows.groups == group].mean(axis=0) for group in (0, 1)])


@pytest.mark.parametrize("kind", KINDS)
def test_the_fair_outcome_does_not_depend_on_the_group(kind: str) -> None:
    channel, rows = _fitted(kind)
    size = len(channel.positive)
    real = np.stack([np.bincount(rows.target[rows.groups == group], minlength=size) for group in (0, 1)])
    real = real / real.sum(axis=1, keepdims=True)
    fair = _by_group(channel, rows)
    assert np.abs(real[0] - real[1]).sum() / 2 > 0.2
    assert np.abs(fair[0] - fair[1]).sum() / 2 < 0.02
    assert np.abs(np.cumsum(fair[0] - fair[1])).max() < 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_the_distribution_of_the_outcome_is_kept(kind: str) -> None:
    """Also after sharpening and offsets, which move rows between the positive outcomes and the others."""
    channel, rows = _fitted(kind)
    levels = channel.levels(rows, np.random.default_rng(1))
    for one in (replace(channel, sharpness=1.0), channel, replace(channel, offsets=np.asarray([0.3, -0.4]))):
        mean = one.fair_probabilities(levels, rows.groups).mean(axis=0)
        assert np.abs(mean - channel.target_shares).max() < 0.01
        assert np.abs(np.cumsum(mean - channel.target_shares)).max() < 0.015


@pytest.mark.parametrize("kind", KINDS)
def test_repair_level_zero_changes_nothing(kind: str) -> None:
    channel, rows = _fitted(kind)
    rng = np.random.default_rng(2)
    own = rng.dirichlet(np.ones(len(channel.positive)), ROWS)
    codes, _ = replace(channel, repair_level=0.0, offsets=np.asarray([2.0, -2.0])).apply(rows, own, rng)
    assert (codes == rows.target).all()


@pytest.mark.parametrize("kind", KINDS)
def test_outcomes_still_follow_the_features(kind: str) -> None:
    """Within a group, the likeliest fair outcomes are right more often than the most frequent outcome is."""
    channel, rows = _fitted(kind)
    fair = channel.fair_probabilities(channel.levels(rows, np.random.default_rng(1)), rows.groups)
    likelihood = np.log(fair[np.arange(ROWS), rows.target]).mean()
    assert likelihood > np.log(channel.target_shares[rows.target]).mean() + 0.05
