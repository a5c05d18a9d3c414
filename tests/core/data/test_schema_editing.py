import pandas as pd
import pytest

from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn
from core.data.schema_editing import (
    choose_column,
    choose_decisions,
    choose_sensitive,
    choose_target,
    parse_bin_edges,
    with_schema,
)
from core.data.sources.load import load
from core.errors import DataError, SchemaError


@pytest.fixture(scope="module")
def demo():
    return load("demo", rows=200)


def test_a_number_with_many_values_becomes_a_target_cut_at_its_median(demo):
    schema = choose_target(demo.schema, demo.frame, "income")
    assert (schema.target, schema.positive) == ("income", None)
    income = demo.frame["income"]
    assert ((income >= schema.threshold) == (income >= income.median())).all()
    assert demo.schema.target not in schema.with_role(Role.TARGET)


def test_a_sensitive_column_is_not_taken_for_the_target_silently(demo):
    with pytest.raises(SchemaError, match="'sex' is sensitive"):
        choose_target(demo.schema, demo.frame, "sex")


def test_sensitive_columns_are_exactly_those_chosen(demo):
    schema = choose_sensitive(demo.schema, demo.frame, ["age"])
    assert schema.sensitive == ["age"]
    assert len(schema.column("age").bin_edges) == 2
    assert choose_sensitive(schema, demo.frame, []).sensitive == []
    with pytest.raises(SchemaError, match="both the target and sensitive"):
        choose_sensitive(schema, demo.frame, [schema.target])


def test_a_role_moves_from_column_to_column(demo):
    target = demo.schema.target
    schema = choose_column(demo.schema, demo.frame, "sex", Kind.CATEGORICAL, Role.TARGET)
    assert (schema.target, schema.sensitive) == ("sex", [])
    assert schema.column(target).role is Role.FEATURE
    schema = choose_column(demo.schema, demo.frame, target, demo.schema.column(target).kind, Role.IGNORED)
    assert schema.with_role(Role.TARGET) == []
    assert schema.positive is None


def test_decisions_are_no_features_until_they_are_none_any_more(demo):
    age, income = DecisionColumn("age", is_score=True), DecisionColumn("income", is_score=True)
    schema = choose_decisions(demo.schema, (), (age, income))
    assert not {"age", "income"} & set(schema.features)
    schema = choose_decisions(schema, ("age", "income"), (income,))
    assert "age" in schema.features
    assert "income" not in schema.features
    assert choose_decisions(schema, ("income",), ()).features == demo.schema.features
    assert "age" not in choose_decisions(schema, (), (income,), "age").features
    with pytest.raises(DataError, match="is the target"):
        choose_decisions(schema, (), (DecisionColumn(schema.target),))


def test_cut_points_that_are_no_numbers_are_said():
    with pytest.raises(SchemaError, match="'age' are not numbers"):
        parse_bin_edges("age", "young, old")


def test_another_kind_retypes_the_rows_and_a_value_that_does_not_fit_is_said(demo):
    schema = demo.schema.edited("age", kind=Kind.CATEGORICAL)
    assert str(with_schema(demo, schema).frame["age"].dtype) == "str"
    with pytest.raises(DataError, match="'sex'"):
        with_schema(demo, demo.schema.edited("sex", kind=Kind.INTEGER))


def test_rows_without_the_target_are_set_aside_and_come_back_with_another_target(demo):
    loaded = Dataset(
        "gaps", demo.frame.assign(approved=demo.frame["approved"].where(demo.frame.index > 9)), demo.schema
    )
    kept = with_schema(loaded, loaded.schema)
    assert len(kept.frame) == 190
    assert any("10 of 200 rows were left out" in note for note in kept.notes)
    other = choose_target(loaded.schema, loaded.frame, "income")
    known = int(pd.notna(loaded.frame["income"]).sum())
    assert len(with_schema(loaded, other).frame) == known


def test_beside_images_a_column_that_is_not_chosen_is_ignored():
    digits = load("color-digits", image_size=8)
    assert choose_sensitive(digits.schema, digits.frame, []).column("color").role is Role.IGNORED
    moved = choose_column(digits.schema, digits.frame, "digit", Kind.CATEGORICAL, Role.IGNORED)
    assert moved.with_role(Role.FEATURE) == moved.with_role(Role.TARGET) == []
    with pytest.raises(SchemaError, match="'image' names the images"):
        choose_target(digits.schema, digits.frame, "image")
    with pytest.raises(SchemaError, match="'image' names the images"):
        choose_column(digits.schema, digits.frame, "image", Kind.IMAGE, Role.SENSITIVE)
