"""Counts of a bias audit: by hand, with missing and unknown categories, on scores, and on any table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.metrics.local_law_144 import BiasAuditColumns, bias_audit_columns, records
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.column import Column
from core.data.schema import Schema
from core.errors import ConfigError, SchemaError

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="race", kind="categorical"),
        Column(name="score", kind="integer"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="no",
)
SELECTION = BiasAuditColumns(sex="sex", race_ethnicity="race", selection="hired", selected="yes")


def table(rows):
    """Rows of (sex, race, score, hired)."""
    columns = list(zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "sex": pd.array(columns[0], "str"),
            "race": pd.array(columns[1], "str"),
            "score": pd.array(columns[2], "Int64"),
            "hired": pd.array(columns[3], "str"),
        }
    )


def people(sex, race, selected, of, score=1):
    return [(sex, race, score, "yes" if index < selected else "no") for index in range(of)]


REAL = table(
    [*people("f", "x", 20, 100), *people("m", "x", 60, 120), *people("m", "y", 2, 4), *people(None, "x", 3, 6)]
)


def value(found, metric, group, sensitive="sex", source="original"):
    return RecordSet(found).one(metric=metric, group=group, sensitive=sensitive, source=source)


def test_counts_rates_and_ratios_are_those_of_a_hand_count():
    found = records(REAL, None, SCHEMA, SELECTION)
    assert RecordSet(found).one(metric="assessed").value == 230
    assert [value(found, metric, "f").value for metric in ("applicants", "selected")] == [100, 20]
    assert value(found, "selection_rate", "m").value == 62 / 124
    assert value(found, "selection_rate", "f").interval == "wilson"
    assert value(found, "impact_ratio", "m").value == 1
    assert value(found, "impact_ratio_p", "f").value < 0.001
    assert value(found, "impact_ratio_moved", "f").value == pytest.approx((21 / 100) / (61 / 124))
    ratio = value(found, "impact_ratio", "f")
    assert ratio.value == pytest.approx(0.2 / 0.5)
    assert ratio.low < ratio.value < ratio.high
    assert value(found, "selected", "m × x", "sex × race").value == 60
    assert {record.protocol for record in found} == {"local_law_144"}
    assert {record.split for record in found} == {"all"}


def test_missing_and_named_unknown_categories_are_counted_and_in_no_figure():
    named = SELECTION.model_copy(update={"unknown": ("y",)})
    found = records(REAL, None, SCHEMA, named)
    counts = {record.sensitive: record.value for record in found if record.metric == "unknown"}
    assert counts == {"sex": 6, "race": 4, "sex × race": 10}
    assert {record.group for record in RecordSet(found).where(sensitive="race", metric="applicants")} == {"x"}


def test_without_a_reason_no_category_is_left_out():
    found = records(REAL, None, SCHEMA, SELECTION)
    small = value(found, "impact_ratio", "y", "race")
    assert small.value == 1  # 2 of 4, the highest rate: the rule knows no minimum
    assert small.status is Status.SMALL_N


def test_with_a_reason_categories_below_two_percent_keep_count_and_rate():
    real = pd.concat([REAL, table(people("m", "z", 10, 50))], ignore_index=True)
    found = records(real, None, SCHEMA, SELECTION.model_copy(update={"exclusion_reason": "Four people."}))
    small = value(found, "impact_ratio", "y", "race")
    assert (small.value, small.status) == (None, Status.UNDEFINED)
    assert "Four people." in small.note
    assert value(found, "applicants", "y", "race").value == 4
    assert value(found, "selection_rate", "y", "race").value == 0.5
    assert value(found, "impact_ratio", "x", "race").value == 1


def test_synthetic_rows_stand_apart_and_leave_out_what_the_real_ones_do():
    made = table([*people("f", "y", 5, 50), *people("m", "x", 25, 50)])
    found = records(REAL, made, SCHEMA, SELECTION.model_copy(update={"exclusion_reason": "Four people."}))
    assert value(found, "applicants", "y", "race", "synthetic").value == 50
    assert value(found, "impact_ratio", "y", "race", "synthetic").value is None
    assert value(found, "applicants", "f").value == 100


def test_a_scoring_rate_is_the_share_above_the_median_of_the_full_sample():
    rows = [("f", "x", 1, "no"), ("f", "x", 2, "no"), ("m", "x", 3, "no"), ("m", "x", 4, "no"), (None, "x", 9, "no")]
    found = records(table(rows), None, SCHEMA, BiasAuditColumns(sex="sex", score="score"))
    assert RecordSet(found).one(metric="median_score").value == 3
    assert value(found, "scoring_rate", "m").value == 0.5
    assert value(found, "scoring_rate", "f").value == 0


def test_rows_without_an_outcome_are_not_assessed():
    rows = [*people("f", "x", 5, 40), *people("m", "x", 5, 40), ("f", "x", 1, None)]
    found = records(table(rows), None, SCHEMA, SELECTION)
    assert RecordSet(found).one(metric="assessed").value == 80
    assert "1 rows without" in RecordSet(found).one(metric="assessed").note
    assert value(found, "applicants", "f").value == 40


def test_where_all_scores_are_equal_nobody_is_above_and_the_ratio_is_undefined():
    found = records(REAL, None, SCHEMA, BiasAuditColumns(sex="sex", score="score"))
    assert {value(found, "impact_ratio", group).status for group in ("f", "m")} == {Status.UNDEFINED}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sex": "gender"}, "no column 'gender'"),
        ({"selected": "maybe"}, "nowhere holds 'maybe'"),
        ({"selection": None, "selected": None, "score": "hired"}, "not numeric"),
    ],
)
def test_columns_that_do_not_fit_are_named(changes, said):
    columns = BiasAuditColumns(**(SELECTION.model_dump() | {"race_ethnicity": None} | changes))
    with pytest.raises(SchemaError, match=said):
        records(REAL, None, SCHEMA, columns)


def test_a_column_of_numbers_is_no_category():
    rows = [("f", str(number), 1, "yes") for number in range(60)]
    with pytest.raises(SchemaError, match="60 different values"):
        records(table(rows), None, SCHEMA, SELECTION)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"selection": "hired", "selected": "yes"}, "Name the column of sex"),
        ({"sex": "sex"}, "either the column"),
        ({"sex": "sex", "score": "score", "selection": "hired", "selected": "yes"}, "either the column"),
        ({"sex": "sex", "selection": "hired"}, "the value that means selected"),
        ({"sex": "sex", "race_ethnicity": "sex", "score": "score"}, "must be different"),
        ({"sex": "sex", "score": "score", "exclusion_reason": "a\x07"}, "not plain text"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(fields, said):
    with pytest.raises(ConfigError, match=said):
        bias_audit_columns(**fields)


categories = st.sampled_from(["a", "b", "c", None])
rows = st.lists(st.tuples(categories, categories, st.integers(0, 3), st.sampled_from(["yes", "no", None])), min_size=1)


@settings(max_examples=60, deadline=None)
@given(rows, st.booleans(), st.booleans())
def test_every_row_is_counted_once_whatever_the_table(found, scored, excluding):
    frame = table([*found, ("a", "b", 1, "yes")])
    reason = "Few." if excluding else ""
    named = {"score": "score"} if scored else {"selection": "hired", "selected": "yes"}
    columns = BiasAuditColumns(sex="sex", race_ethnicity="race", exclusion_reason=reason, **named)
    made = records(frame, None, SCHEMA, columns)
    assessed = RecordSet(made).one(metric="assessed").value
    for attribute in ("sex", "race", "sex × race"):
        mine = RecordSet(made).where(sensitive=attribute)
        assert (
            RecordSet(mine).one(metric="unknown").value
            + sum(r.value for r in RecordSet(mine).where(metric="applicants"))
            == assessed
        )
        ratios = [r.value for r in RecordSet(mine).where(metric="impact_ratio") if r.value is not None]
        assert not ratios or np.isclose(max(ratios), 1)
        assert all(0 <= ratio <= 1 for ratio in ratios)
