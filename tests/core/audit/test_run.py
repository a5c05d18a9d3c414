from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from core.audit import adversary
from core.audit.data_kind import Tabular
from core.audit.metrics import multiclass
from core.audit.metrics.catalog import PAIRED
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.audit.run import UNPROVEN, UNSEEN_COPIES, Latents, audit, audit_table
from core.data.column import Column
from core.data.schema import Schema
from core.downstream_classifiers import random_forest
from tests.core.audit.tables import SCHEMA, people, table_input

TRAIN, HOLDOUT = people(500, gap=1.0), people(400, 1, gap=1.0)


@pytest.fixture(scope="module", autouse=True)
def small_classifiers():
    """Ten trees and ten rounds instead of a hundred: what is tested here is the orchestration."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_forest, "TREES", 10)
        patch.setattr(adversary, "ROUNDS", 10)
        yield


def latents(dimensions=2):
    rng = np.random.default_rng(0)
    return Latents(rng.normal(size=(len(TRAIN), dimensions)), rng.normal(size=(len(HOLDOUT), dimensions)))


@pytest.fixture(scope="module")
def inputs():
    synthetic = people(450, 2)
    draws = {"synthetic": {7: synthetic, 8: people(450, 3)}}
    encoders = {"teacher": latents(), "student": latents(3)}
    return table_input(SCHEMA, TRAIN, HOLDOUT, {"synthetic": synthetic}, encoders, draws, seeds=(0, 1))


@pytest.fixture(scope="module")
def events():
    return []


@pytest.fixture(scope="module")
def records(inputs, events):
    return audit(inputs, events.append)


def test_sources_and_protocols_stand_side_by_side(records):
    assert {record.source for record in records} == {"original", "constant", "synthetic", "teacher", "student"}
    seen = {(record.source, record.protocol) for record in records}
    for source in ("original", "synthetic"):
        assert {(source, name) for name in ("data", "A", "B", "D", "fidelity", "privacy", "independence")} <= seen
    assert {("constant", "A"), ("constant", "B"), ("teacher", "C"), ("teacher", "independence")} <= seen


def test_no_figure_stands_twice(records):
    keys = [(r.source, r.protocol, r.metric, r.sensitive, r.group, r.positive, r.seed, r.split) for r in records]
    assert len(keys) == len(set(keys))


def test_every_value_is_finite_and_inside_its_interval(records):
    for record in records:
        if record.value is None:
            assert record.status is Status.UNDEFINED
            assert record.note
            assert record.low is record.high is None
        elif record.low is not None:
            assert record.low <= record.value <= record.high
            assert record.interval


def test_means_stand_beside_their_seeds(records):
    where = {"source": "original", "protocol": "A", "metric": "accuracy", "positive": "yes", "sensitive": None}
    by_seed = [RecordSet(records).one(seed=seed, **where) for seed in (0, 1)]
    average = RecordSet(records).one(seed=None, **where)
    assert average.value == pytest.approx(np.mean([record.value for record in by_seed]))
    assert average.low == pytest.approx(np.mean([record.low for record in by_seed]))
    assert average.interval == "mean over 2 seeds of wilson, this classifier"


def test_the_constant_predictor_is_degenerate_and_the_original_is_not(records):
    constant = {"source": "constant", "protocol": "A", "seed": None, "positive": "yes", "sensitive": None}
    assert RecordSet(records).one(metric="accuracy", **constant).status is Status.DEGENERATE
    assert RecordSet(records).one(metric="auc", **constant).value == 0.5
    original = RecordSet(records).one(source="original", protocol="A", metric="auc", seed=None, positive="yes")
    assert original.status is Status.OK
    assert original.value > 0.8


def test_parity_has_its_null_beside_it(records):
    for record in RecordSet(records).where(metric="demographic_parity_ratio"):
        if record.value is not None and record.protocol in {"data", "A", "B", "C", "D"}:
            same = {name: getattr(record, name) for name in ("source", "protocol", "sensitive", "positive", "seed")}
            assert RecordSet(records).one(metric="demographic_parity_ratio_null_p10", split=record.split, **same)


def test_every_draw_stands_beside_its_mean_and_what_it_changed(records):
    where = {"source": "synthetic", "metric": "demographic_parity_ratio", "positive": "yes", "sensitive": "sex"}
    first = RecordSet(records).one(protocol="A", seed=0, **where)
    before = RecordSet(records).one(protocol="A", seed=0, **where | {"source": "original"})
    draws = {seed: RecordSet(records).one(protocol="generators", seed=seed, **where) for seed in (7, 8, None)}
    assert draws[7].value == first.value != draws[8].value
    assert draws[None].value == pytest.approx((draws[7].value + draws[8].value) / 2)
    assert 0 < draws[None].low < draws[None].value < draws[None].high
    for seed, draw in draws.items():
        changed = RecordSet(records).one(protocol="change", seed=seed, **where)
        assert changed.value == pytest.approx(draw.value - before.value)
        assert changed.low < changed.value < changed.high
    spread = RecordSet(records).one(protocol="generators", **where | {"metric": "deviation:demographic_parity_ratio"})
    assert spread.value == pytest.approx(abs(draws[7].value - draws[8].value) / 2**0.5)
    moved = {"selection_rate", "tpr", "fpr"}
    assert {record.metric for record in RecordSet(records).where(protocol="change B")} == (set(PAIRED) | moved) - {
        multiclass.ACCURACY,
        multiclass.GAP,
    }


def test_other_classifiers_have_the_figures_of_an_audit_with_them(inputs, records):
    learned = audit(replace(inputs, kind=Tabular("logistic"), refits=0, latents={}, draws={}))
    for source, letter in product(("original", "synthetic"), "AB"):
        where = {"source": source, "positive": "yes", "group": None}
        found = RecordSet(records).where(protocol=f"{letter} logistic", **where)
        assert {one.metric for one in found} == {"accuracy", "demographic_parity_ratio"}
        for one in found:
            same = {"metric": one.metric, "sensitive": one.sensitive, "seed": 0, **where}
            other = RecordSet(learned).one(protocol=letter, **same)
            assert (one.value, one.low, one.high) == (other.value, other.low, other.high)
    protocols = {record.protocol for record in learned}
    assert {"A forest", "B boosting"} <= protocols
    assert not {"A logistic", "B logistic"} & protocols


def test_one_draw_has_a_change_and_says_that_it_is_one(odd):
    found = RecordSet(odd).main.one(source="nothing in common", protocol="change", metric="accuracy")
    assert found.seed is None
    assert "One draw" in found.note
    assert UNPROVEN in found.note
    assert not RecordSet(odd).where(protocol="generators")


def test_impact_ratios_stand_for_rows_and_predictions_once(records):
    for protocol, splits in (("data", ("all", "train", "holdout")), ("A", ("holdout",)), ("B", ("holdout",))):
        for positive in ("yes", "no"):
            found = RecordSet(records).where(
                source="original", protocol=protocol, metric="impact_ratio", group="f", positive=positive
            )
            assert [(record.split, record.seed) for record in found] == [(split, None) for split in splits]
    for positive, rare, frequent in (("yes", "f", "m"), ("no", "m", "f")):
        here = RecordSet(records).where(source="original", protocol="A", seed=None, positive=positive)
        by_group = {record.group: record.value for record in here.where(metric="selection_rate")}
        ratio = here.one(metric="impact_ratio", group=rare)
        assert ratio.value == pytest.approx(by_group[rare] / by_group[frequent])


def test_the_direct_effect_of_the_attribute_stands_once_beside_the_figures_under_a(records):
    found = RecordSet(records).where(metric="unawareness_gap")
    assert {(r.source, r.protocol, r.sensitive, r.seed) for r in found} == {
        ("original", "A", "sex", None),
        ("synthetic", "A", "sex", None),
    }
    by_source = {record.source: record.value for record in found}
    assert by_source["original"] > by_source["synthetic"] > 0  # only the real rows have a gap by sex
    assert all("seed 0 alone" in record.note for record in found)


def test_the_distillation_is_audited_and_the_columns_that_tell(records):
    leak = RecordSet(records).one(protocol="distillation", metric="adversary_auc_difference", group=None)
    overall = [
        RecordSet(records).one(source=name, metric="adversary_auc", group=None).value for name in ("teacher", "student")
    ]
    assert leak.value == pytest.approx(overall[1] - overall[0])
    told = RecordSet(records).where(protocol="data", source="original", split="train", sensitive="sex")
    assert {r.metric for r in told if r.metric.startswith("proxy_auc:")} == {
        f"proxy_auc:{name}" for name in ("age", "pay", "town", "since", "member")
    }


def test_crossed_attributes_have_shrunk_rates():
    schema = SCHEMA.edited("town", role="sensitive")
    found = audit(table_input(schema, TRAIN, HOLDOUT, seeds=(0,)))
    for protocol, metric in (("data", "base_rate_shrunk"), ("A", "selection_rate_shrunk")):
        shrunk = RecordSet(found).where(protocol=protocol, metric=metric, source="original", split="holdout")
        assert {record.sensitive for record in shrunk} == {"town × sex"}
        assert {record.group for record in shrunk} >= {"A × f", "B × m"}
    assert RecordSet(found).where(protocol="A", metric="impact_ratio_unknown_worst", sensitive="town")
    assert RecordSet(found).where(protocol="A", metric="n_to_decide")


def test_progress_reaches_its_end(events, records):
    assert [event.step for event in events] == list(range(events[-1].total + 1))
    assert events[-1].seconds_left == 0
    assert {event.stage for event in events} == {"audit"}


def test_same_inputs_same_records(inputs, records):
    assert audit(inputs) == records


def test_withholding_the_attribute_changes_the_classifier(records):
    where = {"source": "original", "metric": "demographic_parity_ratio", "positive": "yes", "seed": None}
    assert RecordSet(records).one(protocol="A", **where).value < RecordSet(records).one(protocol="B", **where).value


ODD = {
    "one row": people(1, 5),
    "one outcome": people(300, 5).assign(hired=pd.array(["yes"] * 300, dtype="str")),
    "identical": pd.concat([people(1, 6)] * 200, ignore_index=True),
    "one group": people(300, 5).assign(sex=pd.array(["f"] * 300, dtype="str")),
    "nothing in common": people(300, 5).assign(town=pd.array(["Elsewhere"] * 300, dtype="str"), pay=np.nan),
    "no attribute": people(300, 5).assign(sex=pd.array([None] * 300, dtype="str")),
    "gaps in the target": people(300, 5).assign(hired=lambda frame: frame["hired"].where(frame.index >= 10)),
}


@pytest.fixture(scope="module")
def odd():
    return audit(table_input(SCHEMA, TRAIN, HOLDOUT, ODD, seeds=(0,), holdout_independent=False))


@pytest.mark.parametrize("name", ODD)
def test_odd_sources_are_reported_not_refused(odd, name):
    mine = RecordSet(odd).where(source=name)
    kinds = {"data", "A", "B", "D", "change", "change B", "fidelity", "privacy", "independence", "file"}
    kinds |= {f"{letter} {classifier}" for letter in "AB" for classifier in ("boosting", "logistic")}
    within = {"conditional A", "conditional B"}  # only of classifiers that could be trained
    assert {record.protocol for record in mine} - within == kinds
    assert bool(mine.where(protocol=within)) == (len(set(ODD[name]["hired"].dropna())) > 1)
    if len(set(ODD[name]["hired"])) == 1:
        assert {record.status for record in RecordSet(mine).where(protocol="A")} == {Status.UNDEFINED}
        assert "one outcome" in RecordSet(mine).where(protocol="A")[0].note
        assert {record.value for record in RecordSet(mine).where(protocol="change")} == {None}


def test_external_files_carry_their_warning(odd):
    warned = {(record.source, record.split) for record in odd if UNPROVEN in record.note}
    assert warned == {(name, "holdout") for name in ODD}
    assert UNPROVEN in RecordSet(odd).one(source="one group", metric="c2st_auc", group=None).note
    assert UNPROVEN in RecordSet(odd).one(source="one group", metric="distance_share", group=None).note
    assert UNSEEN_COPIES in RecordSet(odd).one(source="one group", metric="membership_auc").note


def test_rows_without_a_target_are_left_out_and_counted(odd):
    found = RecordSet(odd).where(source="gaps in the target", protocol="B")
    assert all("10 of 300 rows have no target" in record.note for record in found)


def test_a_group_without_positives_leaves_equalized_odds_undefined():
    holdout = HOLDOUT.copy()
    holdout.loc[holdout["sex"] == "f", "hired"] = "no"
    found = audit(table_input(SCHEMA, TRAIN, holdout, seeds=(0,)))
    odds = RecordSet(found).where(protocol="A", metric="equalized_odds_ratio", positive="yes", source="original")
    assert {record.value for record in odds} == {None}
    assert "'f'" in odds[0].note


def test_more_than_two_outcomes():
    def three(frame):
        return frame.assign(hired=frame["hired"].where(frame["town"] != "A", "maybe"))

    found = audit(table_input(SCHEMA, three(TRAIN), three(HOLDOUT), seeds=(0,)))
    assert RecordSet(found).one(protocol="A", metric="macro_f1", seed=0).value > 0.5
    worst = RecordSet(found).one(protocol="A", metric="worst_class_recall", seed=0)
    assert worst.value == min(
        record.value for record in RecordSet(found).where(protocol="A", metric="class_recall", seed=0)
    )
    assert {record.positive for record in RecordSet(found).where(metric="base_rate")} == {"yes", "not yes"}


def test_no_feature_but_the_attribute():
    schema = SCHEMA
    for name in ("age", "pay", "town", "since", "member"):
        schema = schema.edited(name, role="ignored")
    found = audit(table_input(schema, TRAIN, HOLDOUT, {"theirs": people(100, 3)}, seeds=(0,)))
    assert RecordSet(found).where(source="original", protocol="B")[0].status is Status.UNDEFINED
    assert RecordSet(found).where(source="theirs", metric="rows_adversary_auc")[0].status is Status.UNDEFINED


def test_groups_cut_from_a_number_stand_in_the_order_of_their_cuts():
    age = pd.array([None, 50, 30, 70, 20] * 40, dtype="Int64")
    frame = pd.DataFrame({"age": age, "hired": pd.Series(["yes", "no"] * 100, dtype="str")})
    columns = (
        Column(name="age", kind="integer", role="sensitive", bin_edges=(25, 60)),
        Column(name="hired", kind="categorical", role="target"),
    )
    found = audit_table(frame, Schema(columns=columns, positive="yes"))
    order = ["age < 25", "25 ≤ age < 60", "age ≥ 60", "(missing)"]
    for metric in {record.metric for record in found if record.group is not None}:
        named = dict.fromkeys(r.group for r in found if r.metric == metric and r.group is not None)
        assert list(named) == [group for group in order if group in named], metric
