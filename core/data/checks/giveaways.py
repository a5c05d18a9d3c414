"""Features that give the outcome away: each tells it nearly always, by itself, on rows that were not learned from.

A classifier that learns from such a feature copies it, and its figures say nothing about people.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.checks.edits import ExcludeColumn
from core.data.checks.issue import Issue
from core.data.groups import target_labels
from core.data.inference.decision_notes import named_features
from core.data.inference.target_values import MAX_CLASSES
from core.data.sampling import sample_positions
from core.data.schema import Schema

AGREEMENT: Final = 0.98
"""Share of all rows in which a feature must tell the outcome."""
_OF_EACH: Final = 0.9
"""Share of the rows of each outcome; a rare outcome makes any constant agree in most rows."""
MAX_ROWS: Final = 20_000
MIN_ROWS: Final = 20
_FOLDS: Final = 5
_LEAVES: Final = 6


def giveaway_issues(frame: pd.DataFrame, schema: Schema) -> list[Issue]:
    """Return an issue for each feature that gives the outcome away.

    Features that are named like a model's decisions are told by `core.data.inference.decision_notes`.

    Args:
        frame: Typed by ``schema``, shape (n, columns).
        schema: With a target.
    """
    known = frame[frame[schema.target].notna()]
    if len(known) < MIN_ROWS:
        return []
    outcomes = _outcomes(known, schema)
    if outcomes is None:
        return []
    named = set(named_features(schema, known))
    found = []
    for name in schema.features:
        share = 0.0 if name in named else agreement(known[name], outcomes)
        if share >= AGREEMENT:
            found.append(_issue(name, schema.target, share, len(known)))
    return found


def agreement(values: pd.Series, outcomes: NDArray[np.intp]) -> float:
    """Return the share of rows in which a column tells the outcome; 0 if it does not tell most rows of each outcome.

    The rows are divided into five parts. What is learned from four of them tells the outcomes of the fifth: the
    commonest outcome of a category, or for numbers a tree of six leaves.

    Args:
        values: A column, shape (n,). Missing is a value.
        outcomes: Codes of the outcomes from 0, shape (n,).

    >>> agreement(pd.Series(["offer", "regret"] * 20), np.array([1, 0] * 20))
    1.0
    >>> agreement(pd.Series(["a", "b"] * 20), np.array([1, 0, 0, 1] * 10))
    0.0
    >>> round(agreement(pd.Series(np.arange(400) / 400), np.repeat([1, 0], 200)), 2)
    1.0
    """
    chosen = sample_positions(len(values), min(len(values), MAX_ROWS), seed=0)
    column, known = values.iloc[chosen], outcomes[chosen]
    if len(np.unique(known)) < 2:
        return 0.0
    folds = np.random.default_rng(0).permutation(np.arange(len(known)) % _FOLDS)
    told = _by_category(column, known, folds) if _is_category(column) else _by_tree(column, known, folds)
    right = told == known
    of_each = [right[known == outcome].mean() for outcome in np.unique(known)]
    return float(right.mean()) if min(of_each) >= _OF_EACH else 0.0


def _is_category(column: pd.Series) -> bool:
    is_number = pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype)
    return not is_number or column.nunique() <= MAX_CLASSES


def _by_category(column: pd.Series, outcomes: NDArray[np.intp], folds: NDArray[np.intp]) -> NDArray[np.intp]:
    codes, values = pd.factorize(column, use_na_sentinel=False)
    told = np.zeros_like(outcomes)
    kinds = int(outcomes.max()) + 1
    for fold in range(_FOLDS):
        mine, others = folds == fold, folds != fold
        table = np.bincount(codes[others] * kinds + outcomes[others], minlength=len(values) * kinds)
        table = table.reshape(len(values), kinds)
        usual = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), table.sum(axis=0).argmax())
        told[mine] = usual[codes[mine]]
    return told


def _by_tree(column: pd.Series, outcomes: NDArray[np.intp], folds: NDArray[np.intp]) -> NDArray[np.intp]:
    from sklearn.tree import DecisionTreeClassifier

    # Trees compare numbers of 32 bits, so they get ranks; missing is the lowest.
    inputs = pd.factorize(column, sort=True)[0][:, None]
    told = np.zeros_like(outcomes)
    tree = DecisionTreeClassifier(max_leaf_nodes=_LEAVES, random_state=0)
    if (tree.fit(inputs, outcomes).predict(inputs) == outcomes).mean() < AGREEMENT:
        return np.full_like(outcomes, -1)  # it tells rows that it did not learn from no better
    for fold in range(_FOLDS):
        mine = folds == fold
        told[mine] = tree.fit(inputs[~mine], outcomes[~mine]).predict(inputs[mine])
    return told


def _outcomes(known: pd.DataFrame, schema: Schema) -> NDArray[np.intp] | None:
    """Return the classes of the target, or whether it is positive; ``None`` while nobody said when it is."""
    if schema.threshold is None and known[schema.target].nunique() <= MAX_CLASSES:
        return pd.factorize(known[schema.target])[0].astype(np.intp)
    if schema.threshold is None and schema.positive is None:
        return None
    return target_labels(known, schema).astype(np.intp)


def _issue(name: str, target: str, share: float, rows: int) -> Issue:
    percent = f"{np.floor(1000 * share) / 10:g} %"
    return Issue(
        check="giveaway",
        columns=(name,),
        sentence=f"Feature {name!r} tells the target {target!r} by itself in {percent} of the rows, so classifiers "
        "have little else to learn. Leave it out if it is only known with the outcome, or audit it as a prediction if "
        "a model made it.",
        rows=rows,
        remedies=(ExcludeColumn(column=name),),
    )
