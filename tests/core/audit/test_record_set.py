import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.base import single_seeds
from tests.core.report.samples import sample_records


def record(**fields):
    return Record(**{"source": "original", "protocol": "A", "metric": "accuracy", **fields})


def test_the_mean_over_seeds_is_shown():
    shown = RecordSet([record(seed=0, value=0.1), record(value=0.2), record(seed=1, value=0.3)]).shown
    assert [found.value for found in shown] == [0.2]


def test_without_a_mean_the_lowest_seed_is_shown_and_said():
    (shown,) = RecordSet([record(seed=2, value=0.1), record(seed=1, value=0.3, note="Few rows.")]).shown
    assert shown.value == 0.3
    assert shown.note == "Few rows."
    assert single_seeds(RecordSet([shown])) == "Model sees the group: seed 1 only."


def test_sources_on_one_seed_are_named_beside_means():
    found = [record(source="teacher", seed=0), record(source="student", seed=0), record(source="synthetic", seed=None)]
    constant = record(source="constant", seed=None)
    assert (
        single_seeds(RecordSet([*found, constant]))
        == "Model sees the group, full model and compact model: seed 0 only."
    )
    assert single_seeds(RecordSet([*found[:2], constant])) == "Model sees the group: seed 0 only."


def test_figures_of_other_splits_and_polarities_stay_apart():
    assert len(RecordSet([record(split="train"), record(split="holdout"), record(positive="a")]).shown) == 3


def test_what_is_shown_of_the_original_rows_is_over_all_of_them():
    parts = [record(split="train"), record(split="holdout")]
    assert list(RecordSet([*parts, record(split="all")]).shown) == [record(split="all")]
    others = [record(source="synthetic"), record(metric="tpr", split="holdout"), record(sensitive="age", split="train")]
    assert set(RecordSet([record(split="all"), *others, *parts]).shown) == {record(split="all"), *others}


def test_polarity_keeps_what_has_none():
    records = RecordSet([record(), record(positive="a"), record(positive="b")])
    assert records.positive_outcome == "a"
    assert records.of_outcome("a") == records[:2]


def test_find_answers_nothing_when_the_audit_left_nothing():
    assert RecordSet([record()]).at("auc", source="original", protocol="A") is None


def test_columns_that_a_bias_audit_maps_are_not_attributes_of_the_audit():
    mapped = Record(source="original", protocol="local_law_144", metric="unknown", sensitive="race", value=0)
    assert RecordSet([*sample_records(), mapped]).attributes == ["sex"]


def test_where_takes_one_value_or_several():
    records = RecordSet([record(protocol=letter, group=group) for letter in "ABC" for group in (None, "m")])
    assert [one.protocol for one in records.where(protocol=("A", "C"), group=None)] == ["A", "C"]
    assert records.overall + records.of_groups == RecordSet(sorted(records, key=lambda one: one.group is not None))
    assert records.without(protocol="A") == records.where(protocol={"B", "C"})
    assert records.where(protocol=[]) == RecordSet()


def test_one_is_exactly_one():
    records = RecordSet([record(protocol="A"), record(protocol="B")])
    assert records.one(protocol="B").protocol == "B"
    assert records.first(protocol="C") is None
    for fields in ({}, {"protocol": "C"}):
        with pytest.raises(LookupError, match="exactly one"):
            records.one(**fields)
    with pytest.raises(TypeError, match="no field 'protocoll'"):
        records.where(protocoll="A")


def test_a_set_is_never_changed():
    records = RecordSet([record(seed=0, value=0.2), record(seed=1, value=0.4)])
    more = records.with_means_over_seeds()
    assert len(records) == 2
    assert more[:2] == records
    assert more[2].value == pytest.approx(0.3)
    assert more[2].seed is None
    assert more.with_means_over_seeds()[:3] == more


def test_the_level_is_that_of_the_intervals():
    records = [record(value=1, confidence=0.8), record(value=1, low=0.5, high=1, confidence=0.9)]
    assert RecordSet(records).confidence == 0.9
    assert RecordSet(records[:1]).confidence == 0.8
    assert RecordSet().confidence == 0.95
