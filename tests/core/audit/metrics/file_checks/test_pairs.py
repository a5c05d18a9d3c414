import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.catalog import column_of
from core.audit.metrics.file_checks import pairs
from core.benchmarks.file_changes import told_by_two
from core.benchmarks.made_up_tables import SHAPES, people, schema_of

SHAPE = SHAPES["mixed columns"]
SCHEMA = schema_of(SHAPE)
TRAIN, ROWS = (people(SHAPE, 1_000, np.random.default_rng(seed)) for seed in (1, 2))


def test_two_columns_that_tell_the_outcome_only_together_are_named():
    told = told_by_two(ROWS, np.random.default_rng(3))
    (one,) = pairs.records(SCHEMA, TRAIN, told, "f")
    assert column_of(one.metric) == "categorical_0 and categorical_1"
    assert one.low > 0.1
    assert one.note.startswith("The AUC of both together is 1.000 and ")
    (one,) = pairs.records(SCHEMA, told, None, "original")
    assert one.value == pytest.approx(0.05)


def test_fresh_rows_and_a_column_that_tells_by_itself_are_no_pair():
    for rows in (ROWS, ROWS.assign(categorical_0=ROWS["hired"])):
        (one,) = pairs.records(SCHEMA, TRAIN, rows, "f")
        assert one.low < 0.02


def test_a_table_with_one_feature_or_few_rows_has_no_pair():
    names = ["numerical_0", "sex", "origin", "hired"]
    schema = SCHEMA.replaced(columns=tuple(SCHEMA.column(name) for name in names))
    assert pairs.records(schema, TRAIN[names], ROWS[names], "f") == []
    assert pairs.records(SCHEMA, TRAIN, ROWS.iloc[:150], "f") == []
    assert pairs.records(SCHEMA, TRAIN, pd.DataFrame(ROWS[ROWS["hired"] == "yes"]), "f") == []
