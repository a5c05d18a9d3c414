import numpy as np
import pytest

from core.audit.statistics.confusion import count
from core.audit.thresholds.curves import ScoreCurve, ScoreCurves
from tests.core.audit.thresholds.made import rows


@pytest.mark.parametrize("decimals", [None, 1])
def test_counts_at_any_threshold_equal_those_of_the_rows(decimals):
    made = rows(500, decimals=decimals)
    curves = ScoreCurves.of(made.labels, made.scores, made.grouping)
    thresholds = np.array([-1.0, 0.0, 0.3, made.scores[7], 0.55, made.scores.max(), 2.0, np.inf])
    found = curves.counts(thresholds[:, None] + np.zeros(3))
    for place, threshold in enumerate(thresholds):
        wanted = count(made.labels, (made.scores >= threshold).astype(np.int8), made.grouping)
        for part in ("tp", "fp", "fn", "tn"):
            assert getattr(found, part)[place].tolist() == getattr(wanted, part).tolist()


def test_each_group_may_have_a_threshold_of_its_own():
    made = rows(500)
    own = np.array([0.2, 0.5, 0.7])
    found = ScoreCurves.of(made.labels, made.scores, made.grouping).counts(own)
    wanted = count(made.labels, (made.scores >= own[made.grouping.codes]).astype(np.int8), made.grouping)
    assert found.fp.tolist() == wanted.fp.tolist()


def test_few_cuts_are_spread_over_the_rows_and_end_with_nobody():
    scores = np.concatenate([np.zeros(900), np.linspace(0.1, 1, 100)])
    curve = ScoreCurve.of(np.zeros(1000, np.int8), scores)
    assert len(curve.cuts(2000)) == 102
    few = curve.cuts(11)
    assert few[-1] == np.inf
    assert few[0] == 0
    assert len(few) <= 12
    assert curve.at(few)[0][0] == 1000
    assert curve.at(few)[0][-1] == 0


def test_a_group_without_rows_is_kept_with_zeros():
    made = rows(300)
    kept = made.part(made.grouping.codes != 1)
    assert ScoreCurves.of(kept.labels, kept.scores, kept.grouping).counts(0.5).n.tolist()[1] == 0
