"""The curves of classifiers' scores agree with scikit-learn's, source by source and group by group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.audit.protocols.classifier_scores import classifier_score_tables
from core.audit.protocols.tabular import on_rows
from core.data.groups import group_labels, target_labels
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.downstream_classifiers.catalog import CLASSIFIERS


@pytest.fixture(scope="module")
def rows() -> tuple[Schema, pd.DataFrame, pd.DataFrame]:
    table = demo_table(rows=900, seed=0)
    schema = table.schema
    return schema, table.frame.head(500), table.frame.tail(400).reset_index(drop=True)


def test_the_area_under_each_curve_is_that_of_the_audit_s_classifier(
    rows: tuple[Schema, pd.DataFrame, pd.DataFrame],
) -> None:
    schema, train, holdout = rows
    half = train.head(250).reset_index(drop=True)
    found = classifier_score_tables(schema, {"original": train, "half.csv": half}, holdout, "forest")["roc"]
    assert set(found["model"]) == {"Model of the original rows", "Model of the half.csv rows"}
    name = schema.sensitive[0]
    fit = on_rows(schema, "half.csv", half, train, holdout, with_sensitive=True)
    scores = CLASSIFIERS["forest"].probabilities(fit.labelled, fit.test, 0)[:, 1]
    labels, groups = target_labels(holdout, schema), group_labels(holdout, schema, [name])
    mine = found[(found["model"] == "Model of the half.csv rows") & (found["attribute"] == name)]
    assert set(mine["group"]) == {group for group in groups if (groups == group).sum() >= schema.min_group_size}
    for group, curve in mine.groupby("group"):
        area = np.trapezoid(curve["tpr"], curve["fpr"])
        of_group = groups == group
        assert area == pytest.approx(roc_auc_score(labels[of_group], scores[of_group]), abs=0.005)


def test_a_source_of_one_outcome_has_no_curves(rows: tuple[Schema, pd.DataFrame, pd.DataFrame]) -> None:
    schema, train, holdout = rows
    alike = train.assign(**{schema.target: train[schema.target].iloc[0]})
    found = classifier_score_tables(schema, {"original": train, "alike.csv": alike}, holdout, "forest")
    assert set(found["roc"]["model"]) == {"Model of the original rows"}


def test_without_hold_out_rows_there_are_none(rows: tuple[Schema, pd.DataFrame, pd.DataFrame]) -> None:
    schema, train, holdout = rows
    assert classifier_score_tables(schema, {"original": train}, holdout.head(0), "forest") == {}
