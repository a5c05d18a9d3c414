import numpy as np
import pandas as pd
import pytest

from core.data.column import Column, Kind, Role
from core.data.groups import GroupedFrame, distinct_values, encode_groups, group_labels, group_order, target_labels
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.errors import SchemaError

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="age", kind=Kind.INTEGER, role=Role.SENSITIVE, bin_edges=(40,)),
    )
)
FRAME = pd.DataFrame({"sex": ["f", "m", "m", None], "age": pd.array([20, 50, 50, 20], "Int64")}).astype({"sex": "str"})


def test_values_are_the_known_ones_the_most_frequent_first():
    assert distinct_values(FRAME, "sex") == ["m", "f"]


def test_combined_groups_are_the_text_of_both_columns_row_by_row():
    labels = group_labels(FRAME, SCHEMA, ["sex", "age"])
    assert labels.tolist() == ["f × age < 40", "m × age ≥ 40", "m × age ≥ 40", "(missing) × age < 40"]


def test_groups_stand_in_their_order_and_not_in_that_of_their_names() -> None:
    schema = Schema(
        columns=(
            Column(
                name="age", kind="integer", role="sensitive", bin_edges=(25, 100), bin_names=("young", "middle", "aged")
            ),
            Column(name="children", kind="integer", role="sensitive"),
            Column(name="sex", kind="categorical", role="sensitive"),
        )
    )
    for columns, names in (
        (["age"], ["young", "middle", "aged", "(missing)"]),
        (["children"], ["2", "10", "(missing)"]),
        (["sex"], ["f", "m", "(missing)"]),
        (["age", "sex"], ["young × f", "young × (missing)", "middle × f", "(missing) × f"]),
        (["age", "sex"], ["a × b × c", "young × f"]),
    ):
        assert sorted(sorted(names), key=group_order(schema, columns)) == names


def test_rows_are_numbered_by_that_order() -> None:
    codes, names = encode_groups(np.array(["b", "a", "b"], dtype=object), lambda name: -ord(name))
    assert (codes.tolist(), names) == ([0, 1, 0], ("b", "a"))


def test_a_frames_groups_are_read_once_each_alone_and_crossed() -> None:
    rows = GroupedFrame(FRAME, SCHEMA)
    assert list(rows.groupings) == ["sex", "age", "sex × age"]
    assert rows.groupings is rows.groupings
    crossed = rows.groupings["sex × age"]
    assert crossed.columns == ("sex", "age")
    assert crossed.attribute == "sex × age"
    assert crossed.members.tolist() == ["f × age < 40", "m × age ≥ 40", "m × age ≥ 40", "(missing) × age < 40"]
    assert dict(zip(crossed.names, crossed.sizes.tolist(), strict=True)) == {
        "f × age < 40": 1,
        "m × age ≥ 40": 2,
        "(missing) × age < 40": 1,
    }
    assert rows.single["sex"].mask("m").tolist() == [False, True, True, False]
    assert not rows.single["sex"].mask("nobody").any()


def test_a_missing_target_names_its_field():
    demo = demo_table(40, 0)
    with pytest.raises(SchemaError) as found:
        target_labels(demo.frame.assign(approved=pd.array([None] * 40, dtype="str")), demo.schema)
    assert found.value.field == "target"
