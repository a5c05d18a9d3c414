import numpy as np
import pytest

from core.audit.thresholds.goals import GOALS, OPPORTUNITY, PARITY
from core.audit.thresholds.randomised import optimised
from core.audit.thresholds.repair import TODAY, ScoredRows, first_half, repair
from core.audit.thresholds.rules import Step, ThresholdRule
from core.data.groups import Grouping
from tests.core.audit.thresholds.made import rows


@pytest.fixture(scope="module")
def repaired():
    return repair(rows(20_000))


def test_prices_are_measured_on_rows_that_no_threshold_was_chosen_on(repaired):
    made = rows(20_000)
    second = made.part(~first_half(made, 0))
    assert repaired.chosen_on + repaired.told_on == 20_000
    assert repaired.told_on == len(second.labels)
    for one in repaired.rules:
        decided = second.now if one.rule is None else one.rule.selected(second.scores, second.grouping, 0)
        right = decided == second.labels
        assert one.price.accuracy.value == pytest.approx(right.mean())
        assert one.price.change.value == pytest.approx(right.mean() - (second.now == second.labels).mean())
        for place, group in enumerate(one.price.groups):
            mine = second.grouping.codes == place
            assert group.favourable.value == pytest.approx(decided[mine].mean())
            assert group.gained.value - group.lost.value == pytest.approx((decided - second.now)[mine].mean())


def test_every_goal_is_nearer_than_today_on_the_other_half(repaired):
    today, *others = repaired.rules
    assert today.name == TODAY
    for goal in GOALS:
        mine = [one for one in others if one.name.startswith(goal.name)]
        assert len(mine) == 2
        for one in mine:
            assert one.price.disparities[goal.key].value < 0.5 * today.price.disparities[goal.key].value


def test_where_being_selected_is_bad_the_favourable_rates_are_made_alike():
    found = repair(rows(20_000, favours_positive=False))
    rule = next(one for one in found.rules if one.name == OPPORTUNITY.name)
    assert rule.price.disparities["opportunity"].value < 0.05
    now = found.rules[0]
    assert now.price.groups[0].favourable.value > now.price.groups[2].favourable.value


def test_rules_by_lot_are_those_of_fairlearn():
    from fairlearn.postprocessing import ThresholdOptimizer

    from core.audit.thresholds.randomised import GivenScores

    made = rows(3000, decimals=1)
    for goal in GOALS:
        rule = optimised(made.labels, made.scores, made.grouping.members, goal, favours_positive=True, otherwise=0.5)
        theirs = ThresholdOptimizer(
            estimator=GivenScores(), constraints=goal.constraint[0], prefit=True, predict_method="predict"
        ).fit(made.scores[:, None], made.labels, sensitive_features=made.grouping.members.astype(str))
        chances = theirs._pmf_predict(made.scores[:, None], sensitive_features=made.grouping.members.astype(str))
        assert rule.chances(made.scores, made.grouping) == pytest.approx(chances[:, 1], abs=1e-9)
        assert rule.is_random


def test_the_lot_selects_as_many_as_the_shares_say_and_the_seed_decides():
    rule = ThresholdRule("", {"a": (Step(0.3, 0.2), Step(0.7, 0.8))}, 0.5)
    scores, grouping = np.full(20_000, 0.5), Grouping((), ("a",), np.zeros(20_000, np.int64))
    drawn = rule.selected(scores, grouping, 1)
    assert drawn.mean() == pytest.approx(0.3, abs=0.02)
    assert (drawn == rule.selected(scores, grouping, 1)).all()
    assert (drawn != rule.selected(scores, grouping, 2)).any()


def test_groups_without_a_rule_follow_the_threshold_for_all():
    rule = ThresholdRule("", {"a": (Step(1.0, 0.9),)}, 0.5)
    grouping = Grouping.of(np.array(["a", "b", "b"], object))
    assert rule.selected(np.array([0.6, 0.6, 0.4]), grouping, 0).tolist() == [0, 1, 0]
    assert rule.uses_groups
    assert not ThresholdRule("", {}, 0.5).uses_groups


def test_one_group_alone_is_not_repaired():
    made = rows(300)
    alone = made.part(made.grouping.codes == 0)
    found = repair(alone)
    assert found.rules == ()
    assert "Fewer than two groups" in found.reason


@pytest.mark.parametrize("constant", [0.3, 0.7])
def test_a_constant_score_leaves_nothing_to_choose_and_fails_nowhere(constant):
    made = rows(600)
    flat = type(made)(made.labels, np.full(600, constant), made.now, made.grouping, 30)
    found = repair(flat)
    for one in found.rules[1:]:
        if one.rule is not None and not one.rule.is_random:
            assert one.price.disparities[PARITY.key].value in (0, 1)


def test_a_rule_that_selects_nearly_everybody_is_left_out():
    """A weak score of an outcome that nine of ten have: fairlearn's most accurate rule selects nearly everybody."""
    rng = np.random.default_rng(0)
    labels = (rng.random(4_000) < 0.9).astype(np.int8)
    scores = rng.normal(0.5 * labels, 1)
    grouping = Grouping.of(rng.choice(["a", "b"], 4_000).astype(object))
    found = repair(ScoredRows(labels, scores, (scores > 0.5).astype(np.int8), grouping, 30))
    assert f"{PARITY.name}, by lot" in found.useless
    names = [one.name for one in found.rules]
    assert not set(names) & set(found.useless)
    assert {goal.name for goal in GOALS} < set(names)
    assert repair(rows(6_000)).useless == ()
