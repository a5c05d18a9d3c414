"""`evenhand.thresholds`: choose thresholds for the scores of models, and tell what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from core.config import run_config
from core.data.decision_columns import decision_columns
from core.data.decision_roles import DecisionRoles
from core.pipeline.thresholds import ThresholdResult, choose_thresholds
from evenhand.audits import decisions_of
from evenhand.datasets import dataset_of
from evenhand.frames import name_of
from evenhand.options import Data, DataOptions, Label, Rule, listening, split_options, whole_number

__all__ = ["ThresholdOptions", "ThresholdResult", "thresholds"]


class ThresholdOptions(DataOptions, total=False):
    """Further keywords of `evenhand.thresholds`."""

    model_column: Label
    """Column that names the model of each row, if the rows of several models are below one another."""
    tolerance: float
    """Loss of accuracy up to which another choice counts as equally accurate, 0 to 1; by default 0.01."""
    confidence: float
    """Confidence level of all intervals, between 0 and 1."""
    progress: Any
    """``False`` (the default): silent; ``True``: a bar; or a function that receives every `Event`."""


def thresholds(
    data: Data,
    *,
    score: Label | Sequence[Label] | dict[Label, Rule | None],
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    prediction: Label | Sequence[Label] | dict[Label, Label | None] = (),
    seed: int = 0,
    **options: Unpack[ThresholdOptions],
) -> ThresholdResult:
    """Choose thresholds for every goal on one half of the rows, and tell on the other half what they cost.

    >>> import numpy as np
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"sex": ["f", "m"] * 200, "hired": rng.integers(0, 2, 400)})
    >>> frame["risk"] = (0.5 * frame["hired"] + rng.random(400) / 2 + 0.1 * (frame["sex"] == "m")).clip(0, 1)
    >>> found = thresholds(frame, score="risk", target="hired", positive=1, sensitive="sex")
    >>> sorted(set(found.thresholds["rule"]))[:2]
    ['equal opportunity', 'equal opportunity, by lot']

    The result has data frames: ``thresholds`` to hand on, ``prices`` and ``groups`` with what they cost, and
    ``alternatives``: as accurate models and thresholds with a smaller difference between groups. A rule that uses the
    group may be unlawful at the moment of decision.

    Args:
        data: A DataFrame, the path of a file, or the name of a built-in dataset. It is never changed.
        score: Columns with scores of the positive outcome, and how they select today, as in `evenhand.audit`.
        target: Column of the outcome. If left out, it is guessed, and a note says so.
        positive: Positive value of the target.
        sensitive: The sensitive columns.
        prediction: Columns with predicted labels, which the search for alternatives compares too.
        seed: Seed of the halves and of rules by lot.
        **options: See `evenhand.threshold_choice.ThresholdOptions`.

    Raises:
        EvenhandError: The data are not usable. The sentence names the column or the keyword.
        TypeError: There is no such keyword.
    """
    reading, others, progress = split_options("thresholds", ThresholdOptions, options)
    model_column = others.pop("model_column", None)
    model_column = None if model_column is None else name_of(model_column, "model_column")
    seed = whole_number(seed, "seed")
    if "confidence" in others:
        others["confidence"] = run_config(confidence=others["confidence"]).confidence
    dataset, _ = dataset_of(data, target, positive, sensitive, None, seed, reading)
    named = decisions_of(prediction, "prediction"), decisions_of(score, "score")
    columns = tuple(decision_columns(*named, dataset.schema.names))
    with listening(progress) as listener:
        return choose_thresholds(dataset, DecisionRoles(columns, model_column), seed=seed, listener=listener, **others)
