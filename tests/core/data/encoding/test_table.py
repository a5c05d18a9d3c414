"""Whole rows to codes and back."""

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column, Kind, Role
from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import OTHER_GROUPS, TableEncoding, fit_encoding
from core.data.groups import group_labels, target_labels
from core.data.schema import Schema
from core.data.schema_match import schema_mismatches
from core.data.sources.demo import demo_table

SETTINGS = EncodingSettings()


def test_rows_return_with_their_columns_types_groups_and_labels() -> None:
    demo = demo_table(rows=800, seed=3)
    encoding = fit_encoding(demo.frame, demo.schema, SETTINGS)
    rows = encoding.encode(demo.frame, demo.schema)
    back = encoding.decode(rows, np.random.default_rng(0))
    used = demo.schema.generated.replaced(columns=tuple(c for c in demo.schema.columns if c.role is not Role.IGNORED))
    assert schema_mismatches(back[used.names], used) == []
    assert (target_labels(back, demo.schema) == target_labels(demo.frame, demo.schema)).all()
    sensitive = demo.schema.sensitive
    assert (group_labels(back, demo.schema, sensitive) == group_labels(demo.frame, demo.schema, sensitive)).all()
    assert (back[used.names].isna() == demo.frame[used.names].isna()).all().all()


def test_an_encoding_survives_json() -> None:
    demo = demo_table(rows=300, seed=0)
    encoding = fit_encoding(demo.frame, demo.schema, SETTINGS)
    assert TableEncoding.model_validate_json(encoding.model_dump_json()) == encoding


def _three_groups() -> tuple[pd.DataFrame, Schema]:
    frame = pd.DataFrame(
        {
            "x": np.arange(100.0),
            "s": pd.Series(["a"] * 50 + ["b"] * 47 + ["c", "d", None], dtype="str"),
            "y": pd.array([0, 1] * 50, dtype="Int64"),
        }
    )
    columns = (
        Column(name="x", kind=Kind.NUMERICAL),
        Column(name="s", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="y", kind=Kind.INTEGER, role=Role.TARGET),
    )
    return frame, Schema(columns=columns, positive="1")


def test_small_groups_are_pooled_and_missing_is_a_value() -> None:
    frame, schema = _three_groups()
    encoding = fit_encoding(frame, schema, EncodingSettings(rare_rows=1))
    assert encoding.groups == ("a", "b", OTHER_GROUPS)
    back = encoding.decode(encoding.encode(frame, schema), np.random.default_rng(0))
    assert back["s"].tolist()[-3:-1] == ["c", "d"]
    assert back["s"].isna().tolist() == frame["s"].isna().tolist()


def test_the_mask_leaves_a_group_its_own_codes_only() -> None:
    frame, schema = _three_groups()
    encoding = fit_encoding(frame, schema, EncodingSettings(rare_rows=1))
    start = encoding.sizes[0]
    mask = encoding.allowed_mask()
    assert mask[:, :start].all()
    assert mask[:, start:].sum(axis=1).tolist() == [1, 1, 3]


def test_classifiers_are_offered_one_attribute_as_its_group_and_several_apart() -> None:
    frame, schema = _three_groups()
    frame["t"] = pd.Series(["u", "v"] * 50, dtype="str")
    several = Schema(
        columns=(*schema.columns, Column(name="t", kind=Kind.CATEGORICAL, role=Role.SENSITIVE)), positive="1"
    )
    for one, names in ((schema, ["s"]), (several, ["s", "t"])):
        encoding = fit_encoding(frame, one, EncodingSettings(rare_rows=1))
        rows = encoding.encode(frame, one)
        features = encoding.predictors(rows, with_groups=False)
        found = encoding.predictors(rows, with_groups=True)
        assert features.shape == (100, 1)
        np.testing.assert_array_equal(found[:, :1], features)
        assert encoding.ordered_predictors == [True, *[False] * len(names)]
        apart = [rows.codes[:, encoding.names.index(name)] for name in names] if len(names) > 1 else [rows.groups]
        np.testing.assert_array_equal(found[:, 1:].T, apart)


def test_a_threshold_cuts_the_target() -> None:
    frame, schema = _three_groups()
    frame["y"] = pd.array(np.arange(100) * 7, dtype="Int64")
    schema = Schema(columns=schema.columns, threshold=333.0)
    encoding = fit_encoding(frame, schema, SETTINGS)
    rows = encoding.encode(frame, schema)
    positive = np.isin(rows.target, encoding.positive)
    assert (positive == (target_labels(frame, schema) == 1)).all()
    back = encoding.decode(rows, np.random.default_rng(2))
    assert (target_labels(back, schema) == target_labels(frame, schema)).all()


@pytest.mark.parametrize("values", [3, 100])
def test_one_number_of_several_has_codes_of_its_own(values: int) -> None:
    frame, schema = _three_groups()
    frame["y"] = pd.array(np.arange(100) % values, dtype="Int64")
    encoding = fit_encoding(frame, schema, SETTINGS)
    positive = np.isin(encoding.encode(frame, schema).target, encoding.positive)
    assert (positive == (target_labels(frame, schema) == 1)).all()
    assert encoding.is_ordered


def test_classes_have_no_order() -> None:
    frame, schema = _three_groups()
    frame["y"] = pd.array(["1", "a", "b", "b"] * 25, dtype="str")
    encoding = fit_encoding(frame, schema.edited("y", kind="categorical"), SETTINGS)
    assert not encoding.is_ordered
    assert encoding.positive == (0,)
