import numpy as np
import pandas as pd
import pytest

from core.data.column import Column, Role
from core.data.decision_columns import DecisionColumn, SelectionRule, decision_columns, without_features
from core.data.model_decisions import read_decisions
from core.data.schema import Schema
from core.errors import DataError

SCHEMA = Schema(
    columns=(
        Column(name="y", kind="categorical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="said", kind="categorical"),
        Column(name="risk", kind="numerical"),
    ),
    positive="yes",
)
FRAME = pd.DataFrame(
    {
        "y": ["yes", "no", "yes", "no"],
        "sex": ["f", "m", "f", "m"],
        "said": ["yes", "yes", "no", "no"],
        "risk": [0.9, 0.5, 0.4, 0.1],
    }
)
LABELS, SCORES = DecisionColumn("said"), DecisionColumn("risk", is_score=True)


def read(column, schema=SCHEMA, **changed):
    (one,) = read_decisions(FRAME.assign(**changed), schema, [column])
    return one


def message(*arguments, **keywords):
    with pytest.raises(DataError) as raised:
        read(*arguments, **keywords)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("risk", None),
        ("risk@0.5", SelectionRule(threshold=0.5)),
        ("risk@-2", SelectionRule(threshold=-2.0)),
        ("risk@1e-3", SelectionRule(threshold=0.001)),
        ("risk@top10%", SelectionRule(top=0.1)),
        ("risk@top 12.5 %", SelectionRule(top=0.125)),
    ],
)
def test_a_score_is_named_with_its_rule(text, rule):
    assert decision_columns([], [text], SCHEMA.names) == [DecisionColumn("risk", is_score=True, rule=rule)]


@pytest.mark.parametrize(
    "text", ["risk@", "risk@high", "risk@10%", "risk@top", "risk@top150%", "risk@top0%", "other@1"]
)
def test_a_rule_that_is_not_understood_is_named(text):
    with pytest.raises(DataError, match="is not understood" if text.startswith("risk") else "no column 'other'"):
        decision_columns([], [text], SCHEMA.names)


def test_a_header_may_hold_the_sign_of_a_rule():
    assert decision_columns(["a@b"], ["c@1"], ["a@b", "c@1"]) == [
        DecisionColumn("a@b"),
        DecisionColumn("c@1", is_score=True),
    ]


def test_decisions_are_no_features_and_neither_target_nor_sensitive():
    schema = without_features(SCHEMA, [LABELS, SCORES])
    assert schema.with_role(Role.IGNORED) == ["said", "risk"]
    assert schema.features == []
    for name in ("y", "sex"):
        with pytest.raises(DataError, match=f"Column '{name}' is the"):
            without_features(SCHEMA, [DecisionColumn(name)])


def test_labels_are_compared_as_text_and_scores_select_from_the_threshold_on():
    labels, scores = read(LABELS), read(SCORES)
    assert labels.selected.tolist() == [1, 1, 0, 0]
    assert labels.scores is None
    assert scores.selected.tolist() == [1, 1, 0, 0]  # 0.5 is selected
    assert scores.scores.tolist() == FRAME["risk"].tolist()


def test_the_highest_share_is_selected_and_ties_with_the_last_one_are_told():
    top = DecisionColumn("risk", is_score=True, rule=SelectionRule(top=0.5))
    assert read(top).selected.tolist() == [1, 1, 0, 0]
    tied = read(top, risk=[3.0, 2.0, 2.0, 2.0])
    assert tied.selected.tolist() == [1, 1, 1, 1]
    assert "2 more rows have the score of the last one selected" in " ".join(tied.notes)


def test_numbers_and_truth_values_match_whatever_their_spelling():
    schema = SCHEMA.edited("y", kind="integer").replaced(positive="1")
    frame = {"y": pd.array([1, 0, 1, 0], "Int64")}
    for said in ([1.0, 1.0, 0.0, 0.0], ["True", "TRUE", "false", "False"], pd.array([True, True, False, False])):
        assert read(LABELS, schema, said=said, **frame).selected.tolist() == [1, 1, 0, 0]


def test_missing_and_unknown_predictions_are_left_out_and_told():
    one = read(LABELS, said=["yes", None, "maybe", "no"])
    assert one.rows.tolist() == [0, 3]
    assert one.selected.tolist() == [1, 0]
    assert "missing in 1 of 4 rows" in one.notes[0]
    assert "values that the target 'y' never has ('maybe') in 1 rows" in one.notes[1]


@pytest.mark.parametrize(
    ("text", "column", "label"), [("said@a", "said", "a"), ("s@id@b@c", "s@id", "b@c"), ("said", "said", None)]
)
def test_a_prediction_is_named_with_the_label_of_the_positive_outcome(text, column, label):
    assert decision_columns([text], [], ["said", "s@id", "s"]) == [DecisionColumn(column, positive=label)]


def test_labels_in_words_of_their_own_count_by_the_one_that_was_said():
    one = read(DecisionColumn("said", positive="reject"), said=["approve", "reject", None, "reject"])
    assert (one.rows.tolist(), one.selected.tolist(), one.labels) == ([0, 1, 3], [0, 1, 1], None)
    assert one.notes[-1] == "In 'said', 'reject' stands for 'yes' of 'y', and 'approve' for 'no'."
    alone = read(DecisionColumn("said", positive="hire"), said=["hire"] * 4)
    assert alone.notes[-1] == "In 'said', 'hire' stands for 'yes' of 'y'."
    several = read(DecisionColumn("said", positive="hire"), said=["hire", "wait", "decline", "hire"])
    assert several.selected.tolist() == [1, 0, 0, 1]
    assert "has no value 'maybe'; its values are 'no', 'yes'" in message(DecisionColumn("said", positive="maybe"))


def test_spellings_of_the_label_that_was_said_count_alike():
    for said in ("approve", "Approve"):
        one = read(DecisionColumn("said", positive=said), said=["Approve", "approve ", "reject", "APPROVE"])
        assert one.selected.tolist() == [1, 1, 0, 1]


def test_the_label_is_one_of_the_whole_column_also_where_a_model_never_gives_it():
    column = DecisionColumn("said", positive="approve")
    frame = FRAME.assign(said=["approve", "reject", "reject", "reject"])
    (one,) = read_decisions(frame, SCHEMA, [column], among=np.array([1, 2, 3]))
    assert one.selected.tolist() == [0, 0, 0]


@pytest.mark.parametrize("labels", [["1", "2", "1", "1"], ["1", "-1", "1", "-1"]])
def test_codes_of_which_only_one_is_the_targets_are_asked_for(labels):
    outcomes = {"y": ["1", "0", "1", "0"], "said": labels}
    assert "Say which of them stands for '1'" in message(LABELS, SCHEMA.replaced(positive="1"), **outcomes)


def test_labels_are_compared_with_a_number_above_a_threshold():
    schema = SCHEMA.edited("y", kind="numerical").replaced(positive=None, threshold=2.0)
    one = read(DecisionColumn("said", positive="yes"), schema, y=[1.0, 2.0, 3.0, 4.0])
    assert one.selected.tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("favorable", "labels", "selected"),
    [
        ("positive", ["approve", "reject", "approve", "reject"], [1, 0, 1, 0]),
        ("negative", ["approve", "reject", "approve", "reject"], [0, 1, 0, 1]),
        ("positive", ["Not invited", "Invited", "Invited", "Not invited"], [0, 1, 1, 0]),
    ],
)
def test_a_usual_word_for_what_is_good_stands_for_the_favourable_outcome(favorable, labels, selected):
    one = read(LABELS, SCHEMA.replaced(favorable=favorable), said=labels)
    assert one.selected.tolist() == selected
    assert "stands for 'yes'" in one.notes[-1]


@pytest.mark.parametrize(
    ("favorable", "labels"),
    [
        (None, ["approve", "reject"] * 2),  # nobody knows whether "yes" is good
        ("positive", ["approve", "hire"] * 2),
        ("positive", ["approve", "reject", "refer", "approve"]),
        ("positive", ["high", "low"] * 2),
        ("positive", ["interview", "pass"] * 2),
        ("positive", ["approve", "pending"] * 2),
    ],
)
def test_words_that_do_not_tell_are_asked_for(favorable, labels):
    assert "Say which of them stands for 'yes', as said@" in message(
        LABELS, SCHEMA.replaced(favorable=favorable), said=labels
    )


def test_scores_that_are_infinite_or_missing_are_left_out():
    one = read(DecisionColumn("risk", is_score=True, rule=SelectionRule(threshold=0)), risk=[1.0, np.inf, np.nan, -1.0])
    assert one.rows.tolist() == [0, 3]
    assert "infinite in 1 rows" in " ".join(one.notes)


def test_a_column_with_two_rules_has_two_names():
    rules = [DecisionColumn("risk", is_score=True, rule=SelectionRule(threshold=one)) for one in (0.2, 0.6)]
    assert [one.name for one in read_decisions(FRAME, SCHEMA, rules)] == ["risk ≥ 0.2", "risk ≥ 0.6"]


def test_what_cannot_be_read_is_named_with_a_remedy():
    assert "has other values than the target ('no', 'yes')" in message(LABELS, said=["a", "b", "a", "b"])
    assert "runs from -3 to 4, so 0.5 is no threshold" in message(SCORES, risk=[-3.0, 0.0, 1.0, 4.0])
    assert "is no number, so it is no score" in message(DecisionColumn("said", is_score=True))
    assert "has no finite number" in message(SCORES, risk=[np.inf] * 4)
    assert "missing in every row" in message(LABELS, said=[None] * 4)
    schema = SCHEMA.edited("y", kind="numerical").replaced(positive=None, threshold=2.0)
    assert "Say which of them stands for '≥ 2', as said@no" in message(LABELS, schema, y=[1.0, 2.0, 3.0, 4.0])


def test_the_reference_outcome_is_no_decision():
    columns = (*SCHEMA.columns[:2], Column(name="said", kind="categorical", role="ignored"), SCHEMA.columns[3])
    with pytest.raises(DataError, match="'said' is the reference outcome"):
        without_features(SCHEMA.replaced(columns=columns, reference="said"), [LABELS])
