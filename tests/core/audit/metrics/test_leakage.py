"""What latents reveal: three views, several groups, and the difference to the features of real rows."""

import numpy as np
import pytest
from scipy.stats import norm

from core.audit.inputs import Latents
from core.audit.metrics import leakage
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.audit.statistics import intervals
from core.data.groups import GroupedFrame
from core.errors import DataError
from tests.core.audit.tables import SCHEMA, people, table_input

N = 1500


def frames(schema=SCHEMA):
    return GroupedFrame(people(N), schema), GroupedFrame(people(N, 1), schema)


def latents(mean=0.0, spread=0.0, column="sex", value="f", size=1.0):
    """Latents whose means, and whose spreads, depend on one group."""
    rng = np.random.default_rng(2)
    parts = []
    for frame in (people(N), people(N, 1)):
        inside = (frame[column] == value).to_numpy()[:, None]
        parts.append((rng.normal(size=(N, 3)) + mean * inside, np.full((N, 3), size) * np.exp(spread * inside)))
    (train, train_spread), (holdout, holdout_spread) = parts
    return Latents(*(part.astype(np.float32) for part in (train, holdout, train_spread, holdout_spread)))


def measured(of_latents, schema=SCHEMA):
    both = frames(schema)
    rows = leakage.told_from_rows(*both)
    views = leakage.told_from_latents(both, of_latents)
    return RecordSet([*leakage.row_records(rows), *leakage.latent_records(views, rows, "student")])


def auc(records, view, **where):
    return records.one(metric=f"leakage_auc_{view}", group=None, **where)


def test_spreads_tell_what_means_and_samples_hide():
    records = measured(latents(spread=0.2))
    assert auc(records, "means").low < 0.5 < auc(records, "means").high
    assert auc(records, "means_and_spreads").value > 0.99
    assert 0.4 < auc(records, "samples").value < 0.65


def test_samples_hide_a_shift_of_the_means_that_is_small_beside_the_spread():
    records = measured(latents(mean=0.5, size=6.0))
    assert auc(records, "means").value > 0.65
    assert auc(records, "samples").value < 0.57


def test_the_difference_to_the_real_rows_is_that_of_the_aucs_and_paired():
    records = measured(latents(mean=1.0))
    both = auc(records, "means", source="student"), auc(records, "rows", source="original")
    difference = records.one(metric="leakage_difference_means", group=None)
    assert difference.value == pytest.approx(both[0].value - both[1].value)
    assert difference.low > 0
    above = records.one(metric="leakage_above_guessing_means")
    assert (above.value, above.low) == pytest.approx((both[0].value - 0.5, both[0].low - 0.5))
    assert "The strongest of 3 adversaries" in above.note


def test_of_several_groups_the_best_told_counts_with_a_wider_lower_bound():
    schema = SCHEMA.edited("town", role="sensitive")
    records = measured(latents(mean=1.0, column="town", value="B"), schema)
    worst = auc(records, "means", sensitive="town")
    groups = records.of_groups.where(metric="leakage_auc_means", sensitive="town")
    named = {record.group: record for record in groups}
    assert {"A", "B", "C"} <= set(named)
    assert worst.value == named["B"].value > max(named["A"].value, named["C"].value)
    assert worst.low < named["B"].low
    assert "'B'" in worst.note


def test_the_simultaneous_bound_is_bonferronis():
    rng = np.random.default_rng(0)
    labels = [rng.integers(0, 2, 400) for _ in range(4)]
    scored = {str(place): leakage._auc(one, one + 2.0 * rng.normal(size=400)) for place, one in enumerate(labels)}
    found = leakage.GroupsTold(scored, "x", 400).worst
    expected = []
    for part in scored.values():
        value, error, _ = intervals.auc_error(part.labels, part.scores)
        logit = np.log(value / (1 - value)) - norm.ppf(1 - 0.05 / 4 / 2) * error / (value * (1 - value))
        expected.append(1 / (1 + np.exp(-logit)))
    assert found.low == pytest.approx(max(expected))
    assert found.high == max(part.auc.high for part in scored.values())


def test_latents_without_spreads_have_one_view_and_the_draw_is_fixed():
    rng = np.random.default_rng(0)
    plain = Latents(rng.normal(size=(5, 2)), rng.normal(size=(3, 2)))
    assert list(plain.views()) == ["means"]
    spread = latents()
    first, again = spread.views()["samples"], spread.views()["samples"]
    np.testing.assert_array_equal(first[0], again[0])
    assert np.std(first[1] - spread.holdout) == pytest.approx(1, abs=0.05)


def test_too_few_rows_leave_the_figures_undefined():
    train, holdout = (GroupedFrame(people(40, seed), SCHEMA) for seed in (0, 1))
    rows = leakage.told_from_rows(train, holdout)
    views = leakage.told_from_latents((train, holdout), Latents(np.ones((40, 1)), np.ones((40, 1))))
    found = leakage.latent_records(views, rows, "student")
    assert {record.status for record in found} == {Status.UNDEFINED}


def test_spreads_of_another_shape_are_refused():
    from core.audit.inputs import check

    wrong = Latents(np.ones((20, 2)), np.ones((20, 2)), np.ones((20, 3)), np.ones((20, 2)))
    with pytest.raises(DataError, match="spreads"):
        check(table_input(SCHEMA, people(20), people(20, 1), latents={"teacher": wrong}))


def given_target(shift=0.0):
    """Latents that tell the target; where it goes with sex, they tell sex over all rows. ``shift``: also within it."""
    rng, parts = np.random.default_rng(4), []
    for frame in (people(N, gap=3.0), people(N, 1, gap=3.0)):
        targets = (frame["hired"] == "yes").to_numpy().astype(int)
        mean = rng.normal(size=(N, 3)) + 5 * targets[:, None] + shift * (frame["sex"] == "f").to_numpy()[:, None]
        parts.append((mean.astype(np.float32), targets))
    (train, inside), (holdout, outside) = parts
    return Latents(train, holdout, train_targets=inside, holdout_targets=outside)


def measured_given_target(of_latents):
    both = GroupedFrame(people(N, gap=3.0), SCHEMA), GroupedFrame(people(N, 1, gap=3.0), SCHEMA)
    views = leakage.told_from_latents(both, of_latents)
    return RecordSet(leakage.latent_records(views, leakage.told_from_rows(*both), "student"))


def test_latents_made_with_regard_to_the_target_are_judged_within_it():
    plain = given_target()
    over_all = Latents(plain.train, plain.holdout)
    assert auc(measured_given_target(over_all), "means").value > 0.65  # the target tells the group
    records = measured_given_target(plain)
    within = auc(records, "means_given_target")
    assert within.low < 0.5 < within.high
    assert {record.metric for record in records} == {
        "leakage_auc_means_given_target",
        "leakage_above_guessing_means_given_target",
    }


def test_a_leak_within_the_target_is_found():
    assert auc(measured_given_target(given_target(shift=1.0)), "means_given_target").low > 0.7


@pytest.mark.parametrize("field", ["holdout_codes", "train_targets", "holdout_targets"])
def test_targets_and_codewords_of_other_rows_are_refused(field):
    from core.audit.inputs import check

    wrong = Latents(np.ones((20, 2)), np.ones((20, 2)), **{field: np.zeros(3)})
    with pytest.raises(DataError, match="3 codewords or targets, but the table has 20"):
        check(table_input(SCHEMA, people(20), people(20, 1), latents={"teacher": wrong}))
