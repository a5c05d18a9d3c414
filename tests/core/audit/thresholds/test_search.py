import numpy as np
import pytest

from core.audit.thresholds.goals import ACCURATE, GOALS, ODDS, PARITY, accuracy
from core.audit.thresholds.search import CLOSE, KEPT, informedness
from tests.core.audit.thresholds.made import NAMES, rows


def _thresholds(rule):
    return np.array([rule.steps[name][0].threshold for name in NAMES])


def test_the_most_accurate_threshold_is_the_best_of_all_scores():
    made = rows(400)
    search = made.search(NAMES)
    every = [((made.scores >= one) == made.labels).mean() for one in [*made.scores, np.inf]]
    rule = search.shared(ACCURATE)
    assert (rule.selected(made.scores, made.grouping, 0) == made.labels).mean() == pytest.approx(max(every))
    assert not rule.uses_groups


def test_own_thresholds_are_at_least_as_accurate_as_one_for_all():
    search = rows().search(NAMES)
    own = accuracy(search.favourable(_thresholds(search.separate(ACCURATE))))
    shared = accuracy(search.favourable(np.full(3, search.shared(ACCURATE).otherwise)))
    assert own >= shared


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.key)
@pytest.mark.parametrize("favours_positive", [True, False])
def test_thresholds_of_groups_make_rates_alike(goal, favours_positive):
    made = rows(favours_positive=favours_positive)
    search = made.search(NAMES)
    counts = search.favourable(_thresholds(search.separate(goal)))
    now = search.favourable(np.full(3, 0.5))
    limit = 0.06 if goal is ODDS else CLOSE + goal.error(counts)
    assert goal.disparity(counts) <= limit < goal.disparity(now)
    assert informedness(counts) > 0.9 * informedness(now)


def test_no_group_threshold_pair_beats_the_parity_found_on_few_scores():
    made = rows(800, decimals=1)
    search = made.search(NAMES)
    cuts = np.append(np.unique(made.scores), np.inf)
    every = np.array([[a, b, c] for a in cuts for b in cuts for c in cuts])
    counts = search.favourable(every)
    told = informedness(counts)
    useful = told >= KEPT * told.max()
    found = search.favourable(_thresholds(search.separate(PARITY)))
    assert PARITY.disparity(found) <= PARITY.disparity(counts)[useful].min() + 1.2 * PARITY.error(found)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.key)
def test_one_threshold_for_all_is_the_most_alike_that_is_of_use(goal):
    made = rows(500)
    search = made.search(NAMES)
    cuts = np.append(np.unique(made.scores), np.inf)
    counts = search.favourable(np.repeat(cuts[:, None], 3, axis=1))
    told = informedness(counts)
    least = goal.disparity(counts)[told >= KEPT * told.max()].min()
    at = search.favourable(np.full(3, search.shared(goal).otherwise))
    assert goal.disparity(at) <= max(least + 1.2 * goal.error(at), CLOSE)
    assert informedness(at) >= KEPT * told.max()
