"""The demo keeps what it promises: its schema, its seed, and the bias that is planted."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.fingerprint import fingerprint
from core.data.groups import group_labels, target_labels
from core.data.inference.column_kinds import infer_schema
from core.data.schema_match import schema_mismatches
from core.data.sources.demo import demo_table, draw
from core.errors import ConfigError
from tests.core.data.sources.demo_truth import demo_truth

ROWS = 60_000


def test_the_planted_bias_is_in_the_rows() -> None:
    demo = demo_table(ROWS, seed=5)
    observed, fair = target_labels(demo.frame, demo.schema), draw(ROWS, seed=5)[1]
    truth = demo_truth()
    for attribute, columns in (("sex", ["sex"]), ("origin", ["origin"]), ("sex × origin", ["sex", "origin"])):
        groups = group_labels(demo.frame, demo.schema, columns)
        assert set(groups) == set(truth.observed[attribute])
        for group in truth.observed[attribute]:
            member = groups == group
            error = 4 * np.sqrt(0.25 / member.sum())  # four standard errors: fails once in 16,000
            assert abs(observed[member].mean() - truth.observed[attribute][group]) < error, group
            assert abs(fair[member].mean() - truth.fair[attribute][group]) < error, group
    assert (observed <= fair).all()  # an approval is only ever withdrawn


def test_the_truth_is_what_the_docs_say() -> None:
    truth = demo_truth()
    assert 0.15 < truth.dpd("sex") < 0.25
    assert truth.dpr("sex") < 0.8 < truth.dpr("sex", "fair")
    assert truth.dpd("origin", "fair") == pytest.approx(0, abs=1e-12)
    assert truth.dpr("origin") == pytest.approx(0.8)


def test_missing_values_depend_on_the_group() -> None:
    frame = demo_table(20_000, seed=2).frame
    missing = frame["income"].isna().groupby(frame["sex"]).mean()
    assert missing["female"] > 2 * missing["male"]


def test_schema_and_seed() -> None:
    demo = demo_table(300, seed=4)
    assert schema_mismatches(demo.frame, demo.schema) == []
    assert fingerprint(demo.frame) == fingerprint(demo_table(300, seed=4).frame)
    assert fingerprint(demo.frame) != fingerprint(demo_table(300, seed=5).frame)
    inferred, _ = infer_schema(demo.frame)
    assert [column.kind for column in inferred.columns] == [column.kind for column in demo.schema.columns]
    assert inferred.target == "approved"


def test_no_rows() -> None:
    with pytest.raises(ConfigError, match="rows: The demo needs at least 1 row, not 0"):
        demo_table(0)
