"""The reference outcome is a column of its own: checked, ignored, and in no generated row."""

import pandas as pd
import pytest

from core.data.column import Column, Role
from core.data.external import external_frame
from core.data.groups import target_labels
from core.data.readiness import check_ready
from core.data.reference_outcome import in_targets_place, with_reference
from core.data.schema import Schema, from_json
from core.data.schema_editing import choose_column, choose_reference, choose_sensitive, choose_target
from core.data.sources.load import load
from core.errors import SchemaError

TEXT = "categorical"
SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=TEXT, role="sensitive"),
        Column(name="second", kind=TEXT),
        Column(name="hired", kind=TEXT, role="target"),
    ),
    positive="yes",
)


def table(second, hired=("yes", "no", "no", "yes")):
    parts = {"sex": ["f", "m"] * 2, "second": second, "hired": list(hired)}
    return pd.DataFrame({name: pd.array(values, dtype="str") for name, values in parts.items()})


GOOD = table(["yes", "yes", None, "no"])


def test_it_is_ignored_and_kept_in_the_file_of_the_schema():
    schema = with_reference(SCHEMA, GOOD, "second")
    assert schema.reference == "second"
    assert schema.column("second").role is Role.IGNORED
    assert from_json(schema.model_dump_json()) == schema


def test_it_takes_the_targets_place_on_the_rows_that_have_it():
    schema = with_reference(SCHEMA, GOOD, "second")
    frame, known = in_targets_place(GOOD, schema)
    assert known.tolist() == [True, True, False, True]
    assert target_labels(frame, schema).tolist() == [1, 1, 0]
    assert frame["sex"].tolist() == ["f", "m", "m"]
    assert GOOD["hired"].tolist() == ["yes", "no", "no", "yes"]  # the rows themselves are as they were


def test_generated_rows_do_not_have_it_and_files_need_not():
    schema = with_reference(SCHEMA, GOOD, "second").replaced(strata=("second",))
    assert schema.generated.names == ["sex", "hired"]
    assert (schema.generated.reference, schema.generated.strata) == (None, ())
    assert SCHEMA.generated is SCHEMA
    frame, notes = external_frame(GOOD.drop(columns="second"), schema.generated)
    assert list(frame.columns) == ["sex", "hired"]
    assert notes == ()


@pytest.mark.parametrize(
    ("name", "second", "why"),
    [
        ("nowhere", ["yes", "no"] * 2, "no column 'nowhere'"),
        ("hired", ["yes", "no"] * 2, "'hired' is the target itself"),
        ("sex", ["yes", "no"] * 2, "'sex' is the reference outcome, .* must be ignored, not sensitive"),
        ("second", ["yes", "no", "maybe", "no"], "has the value 'maybe', which the target 'hired' does not have"),
        ("second", ["yes"] * 4, "'second' is the same in every row"),
        ("second", [None] * 4, "'second' is missing in every row"),
    ],
)
def test_what_cannot_be_it_is_said_with_the_remedy(name, second, why):
    with pytest.raises(SchemaError, match=why) as raised:
        with_reference(SCHEMA, table(second), name)
    assert raised.value.field == "reference"


def test_a_numeric_target_divides_it_at_the_same_threshold():
    numeric = Schema(
        columns=(
            Column(name="sex", kind=TEXT, role="sensitive"),
            Column(name="owed", kind="integer"),
            Column(name="paid", kind="integer", role="target"),
        ),
        threshold=10,
    )
    frame = pd.DataFrame({"sex": pd.array(["f", "m", "f"], dtype="str"), "owed": [12, 3, 10], "paid": [1, 3, 20]})
    frame = frame.astype({"owed": "Int64", "paid": "Int64"})
    schema = with_reference(numeric, frame, "owed")
    assert target_labels(in_targets_place(frame, schema)[0], schema).tolist() == [1, 0, 1]
    words = numeric.edited("owed", kind=TEXT)
    with pytest.raises(SchemaError, match="not numeric"):
        with_reference(words, frame.astype({"owed": "str"}), "owed")


def test_a_check_before_a_run_notes_the_rows_without_it():
    rows = pd.concat([GOOD] * 20, ignore_index=True)
    notes = check_ready(rows, with_reference(SCHEMA, rows, "second"))
    assert any("'second' is missing in 20 of 80 rows; figures against it leave them out" in note for note in notes)


def test_it_goes_with_its_target_and_its_role():
    demo = load("demo", rows=60)
    assert choose_target(demo.schema, demo.frame, "home_owner").reference is None
    assert choose_target(demo.schema, demo.frame, "deserved").reference is None
    assert load("demo", rows=60, target="deserved").schema.reference is None
    assert choose_sensitive(demo.schema, demo.frame, ["origin"]).reference == "deserved"
    with pytest.raises(SchemaError, match="'deserved' is the reference outcome"):
        choose_column(demo.schema, demo.frame, "deserved", demo.schema.column("deserved").kind, Role.FEATURE)
    without = choose_reference(demo.schema, demo.frame, None)
    assert (without.reference, without.column("deserved").role) == (None, Role.IGNORED)
    assert choose_reference(without, demo.frame, "deserved") == demo.schema


def test_test_rows_without_it_are_refused(tmp_path):
    demo = load("demo", rows=60)
    with pytest.raises(SchemaError, match="No test row has the reference outcome 'deserved'") as raised:
        load("demo", rows=60, holdout=demo.frame.drop(columns="deserved"))
    assert raised.value.field == "holdout"
