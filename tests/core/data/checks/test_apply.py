"""What a person decided, applied to a schema and to rows."""

import pandas as pd
import pytest

from core.data.checks.apply import choose, standing, undo, with_edits, with_merged_values, with_rows_as_they_are
from core.data.checks.edits import (
    DropDuplicates,
    ExcludeColumn,
    LeaveOutRows,
    MarkMissing,
    MergeValues,
    RefuseRelation,
    UseColumn,
)
from core.data.column import Column
from core.data.schema import Schema, from_json
from core.errors import SchemaError

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="letter", kind="categorical"),
        Column(name="code", kind="identifier", role="ignored"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="Yes",
)
FRAME = pd.DataFrame(
    {
        "sex": ["f", "F", "unknown", "F", None],
        "letter": ["a", "a", "b", "a", "b"],
        "code": ["1", "2", "3", "2", "5"],
        "hired": ["yes", "Yes", "no", "Yes", "no"],
    },
    dtype="str",
)
MERGE = MergeValues(column="sex", spellings={"f": "F"})
WORDS = MarkMissing(column="sex", words=("unknown",))


def test_values_change_before_rows_are_left_out_whatever_was_decided_first():
    schema = SCHEMA
    for edit in (DropDuplicates(), LeaveOutRows(column="sex"), WORDS, MERGE):
        schema = choose(schema, edit)
    frame, changes = with_edits(FRAME, schema)
    assert frame["sex"].tolist() == ["F", "F"]
    assert frame.index.tolist() == [0, 1]
    assert {change.edit.name: change.rows for change in changes} == {
        "merge:sex": 1,
        "mark-missing:sex": 1,
        "drop-missing:sex": 2,
        "drop-duplicates": 1,
    }
    again, changes = with_edits(frame, schema)
    assert again.equals(frame)
    assert not any(change.rows for change in changes)


def test_the_positive_value_follows_its_spelling():
    merge = MergeValues(column="hired", spellings={"Yes": "yes"})
    assert choose(SCHEMA, merge).positive == "yes"


def test_roles_follow_and_return():
    schema = choose(SCHEMA, ExcludeColumn(column="letter"))
    assert schema.features == []
    assert undo(schema, "exclude:letter").features == ["letter"]
    schema = choose(SCHEMA, UseColumn(column="code", kind="integer"))
    assert schema.features == ["letter", "code"]
    assert undo(schema, "use:code").column("code") == SCHEMA.column("code").model_copy(update={"reason": ""})
    assert undo(choose(SCHEMA, MERGE), "merge:sex") == SCHEMA


@pytest.mark.parametrize(("name", "what"), [("sex", "a sensitive column"), ("hired", "the outcome")])
def test_groups_and_outcome_cannot_be_left_out(name, what):
    with pytest.raises(SchemaError, match=what):
        choose(SCHEMA, ExcludeColumn(column=name))


def test_a_later_choice_overrules_an_edit():
    schema = choose(SCHEMA, ExcludeColumn(column="letter")).edited("letter", role="feature")
    assert standing(schema).edits == ()
    schema = choose(choose(SCHEMA, MERGE), RefuseRelation(relation="a ≤ b"))
    assert standing(schema) == schema


def test_a_schema_file_keeps_the_edits():
    schema = choose(choose(SCHEMA, MERGE), RefuseRelation(relation="a ≤ b"))
    assert from_json(schema.model_dump_json()) == schema
    assert schema.refused_relations == {"a ≤ b"}
    assert with_rows_as_they_are(schema).edits == (RefuseRelation(relation="a ≤ b"),)


def test_another_file_gets_the_same_values():
    frame = with_merged_values(FRAME.drop(columns="letter"), (MERGE, WORDS, MergeValues(column="letter", spellings={})))
    assert frame["sex"].dropna().tolist() == ["F", "F", "F"]
