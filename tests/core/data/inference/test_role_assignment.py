"""Roles as chosen, and one sentence for each table that cannot be used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.casting import cast_to_schema
from core.data.groups import as_text, group_labels
from core.data.inference.column_kinds import infer_schema
from core.data.inference.role_assignment import assign_roles, quantile_bin_edges
from core.data.readiness import MIN_AUDIT_ROWS, check_ready, drop_missing_target
from core.data.schema import Schema
from core.data.schema_editing import choose_favorable
from core.data.sources.load import load
from core.errors import DataError, EvenhandError, SchemaError

ROWS = 60


def table(**changes: list[str]) -> tuple[pd.DataFrame, Schema]:
    cells = {
        "age": [str(20 + row % 40) for row in range(ROWS)],
        "sex": ["f", "m"] * (ROWS // 2),
        "race": ["a", "b", "c"] * (ROWS // 3),
        "key": [f"k{row}" for row in range(ROWS)],
        "pay": [f"{row}.5" for row in range(ROWS)],
        "hired": ["yes", "no", "no"] * (ROWS // 3),
        **changes,
    }
    raw = pd.DataFrame(cells, dtype="str")
    schema, _ = infer_schema(raw)
    return cast_to_schema(raw, schema)[0], schema


def test_inferred_roles_stay_when_nothing_is_chosen() -> None:
    frame, schema = table()
    chosen, notes = assign_roles(schema, frame)
    assert (chosen.target, chosen.positive, chosen.sensitive) == ("hired", "yes", ["sex", "race"])
    assert "'yes' counts as positive" in notes[0]
    assert check_ready(frame, chosen) == (
        "Target 'hired' was guessed; choose another if it is not the outcome.",
        "The sensitive columns were guessed from their names: 'sex', 'race'; choose others if these are not the ones "
        "to compare.",
        "'yes' was guessed to be good for the person, as the column is named 'hired'; say which outcome is "
        "favourable if that is wrong.",
        "Sensitive column 'race': fewer than 30 rows in 'a' (20), 'b' (20), 'c' (20). These groups are "
        "shown, but not compared.",
    )


def test_a_choice_replaces_what_was_inferred() -> None:
    frame, schema = table()
    chosen, notes = assign_roles(
        schema, frame, target="sex", positive="f", sensitive=["age"], bin_edges={"age": [30, 40]}
    )
    assert (chosen.target, chosen.positive, chosen.sensitive) == ("sex", "f", ["age"])
    assert chosen.features == ["race", "pay", "hired"]
    assert chosen.column("age").bin_edges == (30.0, 40.0)
    assert notes == ()
    assert not any("guessed" in note for note in check_ready(frame, chosen))


def test_what_is_named_is_not_guessed_although_it_was_inferred_too() -> None:
    frame, schema = table()
    chosen, _ = assign_roles(schema, frame, target="hired")
    notes = check_ready(frame, chosen)
    assert "were guessed from their names: 'sex', 'race'" in notes[0]
    chosen, _ = assign_roles(schema, frame, target="hired", sensitive=["sex"])
    assert check_ready(frame, choose_favorable(chosen, "positive")) == ()


def test_a_number_is_cut_into_named_groups() -> None:
    frame, schema = table()
    chosen, notes = assign_roles(schema, frame, sensitive=["age"])
    assert len(chosen.column("age").bin_edges) == 2
    assert "'age' is compared in groups" in notes[0]
    assert "you can give other cut points" in notes[0]
    assert "age < " in notes[0]
    check_ready(frame, chosen)


def test_the_rarer_value_is_positive_if_no_word_is_known() -> None:
    frame, schema = table(hired=["p", "q", "q"] * (ROWS // 3))
    chosen, notes = assign_roles(schema, frame)
    assert chosen.positive == "p"
    assert "rarest" in notes[0]


@given(st.lists(st.floats(-1e9, 1e9) | st.integers(-50, 50).map(float), min_size=9, max_size=80))
@settings(max_examples=40, deadline=None)
def test_quantile_cuts_leave_no_group_empty(values: list[float]) -> None:
    if len(set(values)) < 3:
        return
    bin_edges = quantile_bin_edges(pd.Series(values))
    counts = np.bincount(np.searchsorted(bin_edges, values, side="right"), minlength=len(bin_edges) + 1)
    assert list(bin_edges) == sorted(set(bin_edges))
    assert counts.min() > 0


# What is chosen, the field that the error is about, and parts of what is said.
CHOICES = [
    (
        {"target": "sex", "sensitive": ["sex"]},
        "target",
        ["'sex'", "both the target and sensitive", "Pass another target"],
    ),
    ({"positive": "maybe"}, "positive", ["'hired'", "no value 'maybe'", "its values are 'no', 'yes'"]),
    ({"target": "key"}, "target", ["'key'", "identifier", "Pass another target"]),
    ({"threshold": 3.0}, "threshold", ["'hired'", "threshold cannot", "Pass positive"]),
    ({"target": "pay"}, "threshold", ["'pay'", "60 values", "Pass threshold=30.0 (its median)"]),
    ({"target": "pay", "positive": "high"}, "threshold", ["'pay'", "60 values", "Pass threshold"]),
    ({"target": "pay", "threshold": 1.0, "positive": "1.5"}, "threshold", ["'pay'", "not both", "Leave positive out"]),
    ({"target": "none"}, "target", ["no column 'none'", "'age'"]),
    ({"sensitive": ["gone"]}, "sensitive", ["no column 'gone'", "'age'"]),
    ({"bin_edges": {"sex": [1.0]}}, "bin_edges", ["'sex'", "not numeric", "Leave bin_edges out"]),
    ({"bin_edges": {"age": [1.0]}}, "bin_edges", ["'age'", "not sensitive", "Leave bin_edges out"]),
    ({"sensitive": ["age"], "bin_edges": {"age": [2.0, 1.0]}}, "bin_edges", ["'age'", "ascend"]),
    (
        {"sensitive": ["age"], "bin_edges": {"age": [30.0, 99.0]}},
        "bin_edges",
        ["'age ≥ 99'", "no rows", "Pass another"],
    ),
    ({"target": "pay", "threshold": 900.0}, "threshold", ["'pay'", "0.5 to 59.5", "between them"]),
]


@pytest.mark.parametrize(("choice", "field", "parts"), CHOICES)
def test_a_choice_that_does_not_fit_gives_a_sentence(choice: dict[str, object], field: str, parts: list[str]) -> None:
    frame, schema = table()
    with pytest.raises(SchemaError) as error:
        check_ready(frame, assign_roles(schema, frame, **choice)[0])  # type: ignore[arg-type]
    assert error.value.field == field
    assert all(part in str(error.value) for part in parts), str(error.value)


def test_at_most_ten_values_are_listed() -> None:
    frame, schema = table(hired=[f"v{row % 15:02}" for row in range(ROWS)])
    with pytest.raises(SchemaError) as error:
        assign_roles(schema, frame, target="hired", positive="x")
    assert str(error.value).count("'v") == 10


TABLES = [
    ({"hired": ["yes"] * ROWS}, "hired", "yes", ["'hired'", "same value in every row", "Pass another target"]),
    ({"hired": [""] * ROWS}, "hired", None, ["'hired'", "missing in every row", "Pass another target"]),
    ({"sex": ["f"] * ROWS}, "hired", "yes", ["'sex'", "one value only", "Pass another sensitive"]),
    ({"sex": ["?"] * ROWS}, "hired", "yes", ["'sex'", "missing in every row", "Pass another sensitive"]),
]


@pytest.mark.parametrize(("changes", "target", "positive", "parts"), TABLES)
def test_a_table_that_cannot_be_compared(
    changes: dict[str, list[str]], target: str, positive: str | None, parts: list[str]
) -> None:
    frame, schema = table(**changes)
    with pytest.raises(SchemaError) as error:
        check_ready(frame, assign_roles(schema, frame, target=target, positive=positive, sensitive=["sex"])[0])
    assert all(part in str(error.value) for part in parts), str(error.value)


def test_a_named_positive_value_of_no_rows() -> None:
    frame, schema = table()
    with pytest.raises(DataError, match="The table has no rows"):
        check_ready(frame.head(0), assign_roles(schema, frame.head(0), target="hired", positive="yes")[0])
    empty, schema = table(hired=[""] * ROWS)
    with pytest.raises(SchemaError, match="'hired' is missing in every row"):
        assign_roles(schema, empty, target="hired", positive="yes")


def test_sizes() -> None:
    frame, schema = table()
    schema, _ = assign_roles(schema, frame)
    cases = [
        (frame.head(0), ["no rows", "at least 50"]),
        (frame.head(3), ["3 rows", "50 are needed", "audit alone needs 10", "add rows"]),
        (frame[["age"]], ["single column, 'age'", "target and a sensitive column"]),
    ]
    for small, parts in cases:
        with pytest.raises(DataError) as error:
            check_ready(small, schema)
        assert all(part in str(error.value) for part in parts), str(error.value)
    check_ready(frame.head(12), schema, rows=MIN_AUDIT_ROWS)


def test_no_sensitive_column_and_no_target() -> None:
    frame, schema = table()
    frame, schema = frame[["pay", "hired"]], schema.replaced(columns=schema.columns[4:])
    schema, _ = assign_roles(schema, frame)
    with pytest.raises(SchemaError, match=r"No column is sensitive.* Pass sensitive"):
        check_ready(frame, schema)
    with pytest.raises(SchemaError, match=r"No column has the role target\. Pass target"):
        check_ready(frame, schema.edited("hired", role="feature"))
    with pytest.raises(EvenhandError, match="needs a target"):
        assign_roles(schema.edited("hired", role="feature"), frame, positive="yes")


def test_rows_without_a_target_are_set_aside_and_said() -> None:
    frame, schema = table(hired=["yes", "no", ""] * (ROWS // 3))
    schema, _ = assign_roles(schema, frame)
    assert any("missing in 20 rows" in note for note in check_ready(frame, schema))
    kept, notes = drop_missing_target(frame, schema)
    assert len(kept) == 40
    assert notes == ("20 of 60 rows were left out, because their target 'hired' is missing.",)
    assert list(kept.index) == list(range(40))


def test_numbers_are_named_in_full() -> None:
    assert as_text(pd.Series([1234567.0, 1234568.5])).tolist() == ["1234567", "1234568.5"]
    frame, schema = table()
    schema = schema.edited("pay", role="sensitive", bin_edges=(10.25,))
    assert set(group_labels(frame, schema, ["pay"])) == {"pay < 10.25", "pay ≥ 10.25"}


@pytest.mark.parametrize(("values", "count"), [(9, 9), (30, 30), (31, 3)])
def test_few_whole_numbers_are_groups_of_their_own_and_that_is_said(values: int, count: int) -> None:
    raw = pd.DataFrame({"origin": [str(1 + row % values) for row in range(600)], "hired": ["y", "n"] * 300})
    schema, _ = infer_schema(raw)
    frame, _ = cast_to_schema(raw, schema)
    chosen, notes = assign_roles(schema, frame, sensitive=["origin"])
    assert len(set(group_labels(frame, chosen, ["origin"]))) == count
    assert ("different whole numbers" in notes[0]) == (values == count)


def test_ages_and_fractions_are_cut_however_few() -> None:
    raw = pd.DataFrame({"age": [str(18 + row % 12) for row in range(60)], "hired": ["y", "n"] * 30})
    raw["pay"] = [f"{row % 12}.5" for row in range(60)]
    schema, _ = infer_schema(raw)
    frame, _ = cast_to_schema(raw, schema)
    chosen, _ = assign_roles(schema, frame, sensitive=["age", "pay"])
    assert all(chosen.column(name).bin_edges for name in ("age", "pay"))


def test_a_date_of_birth_as_a_group_leads_to_a_column_of_years_and_not_round_in_a_circle():
    days = pd.date_range("1960-01-01", periods=1_500, freq="7D").strftime("%d/%m/%Y")
    rows = pd.DataFrame({"born": days, "pay": range(1_500), "hired": ["yes", "no", "no"] * 500})
    roles = {"target": "hired", "positive": "yes", "sensitive": ["born"]}
    table = load(rows, **roles)
    with pytest.raises(SchemaError, match="write the year or the age into a column in the file and choose that"):
        check_ready(table.frame, table.schema, rows=50)
    with pytest.raises(SchemaError, match=r"is a date, so it takes no cut points\. Write the year or the age"):
        load(rows, **roles, bin_edges={"born": [1970.0]})
