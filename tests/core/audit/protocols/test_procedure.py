import numpy as np
import pytest

from core.audit.classifier_steps import ClassifierSteps
from core.audit.conditional_figures import ConditionalFigures
from core.audit.data_kind import Tabular
from core.audit.metrics.catalog import PAIRED
from core.audit.protocols import procedure, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.data.compared_groups import compared_in_rows, compared_in_tests
from core.data.examples import Examples
from core.data.groups import GroupedFrame
from core.downstream_classifiers import random_forest
from tests.core.audit.tables import SCHEMA, people, table_input

TRAIN, HOLDOUT = people(300, gap=1.0), people(250, 1, gap=1.0)
KEY = ("metric", "protocol", "sensitive", "group", "positive", "seed")
FAMILIES = ("demographic_parity", "equalized_odds")


@pytest.fixture(scope="module", autouse=True)
def small_forests():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_forest, "TREES", 10)
        yield


def measured(refits, seeds=(0, 1), kind=None, **others):
    inputs = table_input(SCHEMA, TRAIN, HOLDOUT, refits=refits, seeds=seeds, kind=kind or Tabular(), **others)
    whole, real, tested = (GroupedFrame(rows, SCHEMA) for rows in (inputs.real_rows, TRAIN, HOLDOUT))
    evaluator = HoldoutEvaluator(HOLDOUT, SCHEMA, ("yes", "no"), compared_in_tests(real, tested))
    conditional = ConditionalFigures(whole, real, evaluator, compared_in_rows(real, tested))
    steps = ClassifierSteps(inputs, evaluator, conditional)
    records = [one for step in steps.of_rows("original", inputs.train, "") for one in step.work()]
    for name, rows in inputs.sources.items():
        records += [one for step in steps.of_rows(name, rows, "") for one in step.work()]
    return RecordSet([*records, *(one for step in steps.of_changes() for one in step.work())])


@pytest.fixture(scope="module")
def plain():
    return measured(0)


@pytest.fixture(scope="module")
def refitted():
    return measured(4)


def test_refits_move_no_value_and_widen_the_shown_intervals(plain, refitted):
    before, after = (found.where(protocol=("A", "B")).without(seed=(0, 1)).by(*KEY) for found in (plain, refitted))
    assert before.keys() == after.keys()
    wider = 0
    for key, old in before.items():
        new = after[key]
        if old.metric.startswith("detectable"):
            assert new.value > old.value
            continue
        assert new.value == old.value
        assert (new.status, new.n, new.note) == (old.status, old.n, old.note)
        if new.interval and new.interval.endswith("4 refits"):
            assert 0 <= new.low <= new.value <= new.high <= 1
            assert old.interval.endswith("this classifier")
            wider += new.high - new.low > old.high - old.low
    assert wider > 50
    assert all(one == plain.by(*KEY)[key] for key, one in refitted.where(seed=(0, 1)).by(*KEY).items())


def test_the_name_of_an_interval_says_what_it_holds_for(plain, refitted):
    for metric in ("accuracy", "balanced_accuracy", "auc", "selection_rate", "tpr", "equalized_odds_difference"):
        where = {"metric": metric, "protocol": "A", "seed": None, "positive": "yes"}
        assert all(one.interval.endswith(", this classifier") for one in plain.where(**where))
        assert all(one.interval.endswith(", 4 refits") for one in refitted.where(**where))
        single = refitted.where(**where | {"seed": 0})
        assert single
        assert not any(one.interval.endswith(("refits", "this classifier")) for one in single)
    assert all(one.interval.endswith("this classifier") for one in refitted.where(protocol="D", metric="accuracy"))


def test_one_seed_is_shown_with_the_interval_of_the_procedure():
    found = measured(2, seeds=(0,)).where(protocol="A", metric="demographic_parity_difference", positive="yes")
    assert [(one.seed, one.interval) for one in found] == [(0, "newcombe, 2 refits")]


def test_the_gap_between_groups_has_the_interval_of_the_effective_counts():
    evaluator = HoldoutEvaluator(HOLDOUT, SCHEMA, ("yes", "no"))
    rng = np.random.default_rng(0)
    scores = [rng.random(250) for _ in range(5)]
    same = procedure.Procedure(evaluator, scores[:1], [scores[0]] * 3)
    first = RecordSet(evaluator.records(scores[0], tabular.selected(scores[0]), procedure_tag()))
    for one in same.records(first):
        plain = first.by(*KEY)[tuple(getattr(one, name) for name in KEY)]
        assert (one.low, one.high) == pytest.approx((plain.low, plain.high), nan_ok=True)
    assert max(same.spreads.values()) == pytest.approx(0.0, abs=1e-12)
    assert {metric for _, metric, _ in same.spreads} <= set(PAIRED)
    for one in procedure.Procedure(evaluator, scores[:1], scores[1:]).records(first):
        plain = first.by(*KEY)[tuple(getattr(one, name) for name in KEY)]
        if one.metric.startswith(FAMILIES) and one.low is not None:
            assert one.low <= plain.low + 1e-9


def procedure_tag():
    from core.audit.estimate import Tag

    return Tag("original", "A", seed=0)


def test_resamples_with_one_outcome_are_left_out():
    class Lopsided(Tabular):
        def fit(self, *args, **others):
            fit = super().fit(*args, **others)
            labels = np.zeros_like(fit.train_labels)
            labels[:2] = 1  # every few resamples have no positive row
            return tabular.replace(fit, train_labels=labels)

    rows = Examples(TRAIN)
    fit = Lopsided().fit(SCHEMA, "x", rows, rows, Examples(HOLDOUT), with_sensitive=True)
    assert 5 < len(procedure.refit_scores(fit, 40)) < 40


def test_the_interval_of_a_change_includes_the_refits():
    others = {"sources": {"synthetic": people(300, 2)}}
    plain, refitted = (measured(count, **others).where(protocol="change", metric=PAIRED).by(*KEY) for count in (0, 4))
    assert plain.keys() == refitted.keys()
    for key, old in plain.items():
        new = refitted[key]
        assert new.value == old.value
        if old.low is not None:
            assert old.interval.endswith("this classifier")
            assert new.interval.endswith("refits") or "newcombe" in new.interval  # the changes of single groups
            assert new.high - new.low >= old.high - old.low - 1e-12


def test_stages_of_the_synthesis_are_not_refitted():
    inputs = table_input(SCHEMA, TRAIN, HOLDOUT, {"teacher": TRAIN}, intermediate=frozenset({"teacher"}), refits=3)
    assert (inputs.refits_of("teacher"), inputs.refits_of("original")) == (0, 3)
    assert table_input(SCHEMA, TRAIN, HOLDOUT).refits_of("original") == Tabular().refits
