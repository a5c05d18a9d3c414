"""The findings on leakage: rules and words, from records made by hand."""

import pytest

from core.audit.records import Record
from core.data.column import Column
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)


def record(source, metric, value, half=0.02, group=None, **changes):
    fields = {"protocol": "independence", "sensitive": "sex", "low": value - half, "high": value + half} | changes
    return Record(source=source, metric=metric, value=value, group=group, **fields)


def leaks(source, means_and_spreads, rows=0.6, samples=0.52, half=0.02):
    return [
        record("original", "leakage_auc_rows", rows, half),
        *(record("original", "base_rate", 0.4, group=name, protocol="data") for name in ("Female", "Male")),
        *(
            one
            for view, auc in (("means", 0.7), ("means_and_spreads", means_and_spreads), ("samples", samples))
            for one in (
                record(source, f"leakage_auc_{view}", auc, half),
                record(source, f"leakage_above_guessing_{view}", auc - 0.5, half),
                record(source, f"leakage_difference_{view}", auc - rows, half),
            )
        ),
    ]


def found(records):
    return conclude(records, SCHEMA).of("leakage")


def test_the_headline_is_means_with_spreads_and_samples_and_real_rows_stand_beside_it():
    first = found(leaks("student", 0.87, rows=0.9))[0]
    assert first.verdict is VerdictKind.GAP
    assert first.sentence == (
        "From the numbers inside the compact model (means and spreads) of one Female and one Male one can tell "
        "which is which in 87 of 100 pairs (AUC 0.870 [0.850, 0.890]); from the other columns of the real "
        "rows, in 90 of 100 pairs (AUC 0.900 [0.880, 0.920]); by guessing, in 50. These numbers are not in the file; "
        "from samples of them, of which its rows are made, it is told in 52 of 100 pairs (AUC 0.520 [0.500, 0.540])."
    )


def test_latents_that_reveal_more_than_the_rows_are_named():
    """COMPAS: latents leak .95 where the raw rows leak .61."""
    (sentence,) = [one.sentence for one in found(leaks("student", 0.95, rows=0.61)) if one.sentence]
    assert "AUC 0.950" in sentence
    assert "from the other columns of the real rows, in 61 of 100 pairs" in sentence
    sentences = [one.sentence for one in found(leaks("representation", 0.95, rows=0.61)) if one.sentence]
    assert any(
        "better than the other columns of the real rows do" in one and "in 34 [32, 36] more of 100" in one
        for one in sentences
    )
    assert not any("better than" in one.sentence for one in found(leaks("representation", 0.87, rows=0.9)))


@pytest.mark.parametrize("auc", [0.5, 0.52])
def test_latents_on_the_way_to_rows_that_reveal_little_are_not_told(auc):
    assert not [one.sentence for one in found(leaks("student", auc)) if one.sentence]


def test_a_representation_is_a_product_so_that_every_verdict_is_told():
    assert any(
        "hardly better than by guessing: in 51 of 100 pairs" in one.sentence
        for one in found(leaks("representation", 0.51, half=0.02))
    )
    assert any("Too few rows to say" in one.sentence for one in found(leaks("representation", 0.53, half=0.1)))


def test_of_several_groups_the_best_told_is_named():
    records = [
        *leaks("student", 0.9),
        record("student", "leakage_auc_means_and_spreads", 0.9, group="Asian"),
        record("student", "leakage_auc_means_and_spreads", 0.8, group="Other"),
    ]
    assert "of one Asian and one of another group one can tell which is which" in found(records)[0].sentence


def test_without_latents_nothing_is_said():
    assert found([record("original", "base_rate", 0.4, group="Female", protocol="data")]) == []


def test_synthetic_rows_are_told_only_if_they_reveal_clearly_more():
    def sentences(value):
        rows = [
            record("synthetic", "base_rate", 0.4, group="Female", protocol="data"),
            record("synthetic", "rows_leakage_difference", value, 0.02, split="source"),
        ]
        return [one.sentence for one in found(rows) if one.sentence]

    assert sentences(0.01) == []
    assert "The features of the synthetic rows reveal" in sentences(0.2)[0]


def test_of_a_code_the_bound_is_told_with_the_confidence_it_has():
    records = [
        record("student", "leakage_above_guessing_means", 0.0, 0.01),
        record("student", "leakage_auc_means", 0.5, 0.01),
        record("student", "code_total_variation", 0.05, 0.04),
    ]
    records = [one.model_copy(update={"confidence": 0.9}) for one in records]
    (told,) = [one.sentence for one in conclude(records, SCHEMA).of("leakage") if one.sentence]
    assert told.startswith("From the code that the compact model gives a row, of which its rows are made, ")
    assert "hardly better than by guessing" in told
    assert told.endswith("at rates at most 90 per 1,000 apart, with 90 % confidence.")


def test_latents_given_the_target_are_told_of_two_with_the_same_target_and_bounded_within_it():
    records = [
        record("original", "base_rate", 0.4, group="Female", protocol="data"),
        record("original", "base_rate", 0.3, group="Male", protocol="data"),
        record("student", "leakage_above_guessing_means_given_target", 0.0, 0.01),
        record("student", "leakage_auc_means_given_target", 0.5, 0.01),
        record("student", "code_total_variation_given_target", 0.05, 0.04),
        record("original", "leakage_auc_rows", 0.9, 0.01),
    ]
    (told,) = [one.sentence for one in found(records) if one.sentence]
    target = SCHEMA.target
    assert f"of one Female and one Male, both with the same {target}, one can tell which is which hardly" in told
    assert "real rows" not in told
    assert f"selects groups with the same {target} at rates at most 90 per 1,000 apart on average" in told


def test_a_bound_that_bounds_nothing_is_not_told_as_one():
    records = [
        record("student", "leakage_above_guessing_means_given_target", 0.0, 0.01),
        record("student", "leakage_auc_means_given_target", 0.5, 0.01),
        record("student", "code_total_variation_given_target", 0.9, 0.1),
    ]
    (told,) = [one.sentence for one in found(records) if one.sentence]
    assert told.endswith("The test rows are too few to say how far apart at most it selects groups.")
