from core.audit.records import Record
from tests.core.report.samples import sample_records


def record(**fields):
    return Record(**{"source": "original", "protocol": "A", "metric": "accuracy", **fields})


def test_the_mean_over_seeds_is_shown():
    shown = selection.shown([record(seed=0, value=0.1), record(value=0.2), record(seed=1, value=0.3)])
    assert [found.value for found in shown] == [0.2]


def test_without_a_mean_the_lowest_seed_is_shown_and_said():
    (shown,) = selection.shown([record(seed=2, value=0.1), record(seed=1, value=0.3, note="Few rows.")])
    assert shown.value == 0.3
    assert shown.note == "Few rows."
    assert selection.single_seeds([shown]) == "Protocol A: seed 1 only."


def test_sources_on_one_seed_are_named_beside_means():
    found = [record(source="teacher", seed=0), record(source="student", seed=0), record(source="synthetic", seed=None)]
    constant = record(source="constant", seed=None)
    assert selection.single_seeds([*found, constant]) == "Protocol A, teacher and student: seed 0 only."
    assert selection.single_seeds([*found[:2], constant]) == "Protocol A: seed 0 only."


def test_figures_of_other_splits_and_polarities_stay_apart():
    assert len(selection.shown([record(split="train"), record(split="holdout"), record(positive="a")])) == 3


def test_polarity_keeps_what_has_none():
    records = [record(), record(positive="a"), record(positive="b")]
    assert records.positive_outcome == "a"
    assert selection.of_polarity(records, "a") == records[:2]


def test_find_answers_nothing_when_the_audit_left_nothing():
    assert selection.find([record()], "auc", source="original", protocol="A") is None


def test_columns_that_a_bias_audit_maps_are_not_attributes_of_the_audit():
    mapped = Record(source="original", protocol="local_law_144", metric="unknown", sensitive="race", value=0)
    assert selection.attributes([*sample_records(), mapped]) == ["sex"]
