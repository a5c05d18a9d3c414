import numpy as np
import pytest
from sklearn.metrics import roc_curve

from core.audit.metrics.score_curves import MAX_POINTS, reliability_table, roc, roc_table, share_table
from tests.core.audit.thresholds.made import NAMES, rows


@pytest.mark.parametrize("decimals", [None, 1])
@pytest.mark.parametrize("group", range(3))
def test_the_curve_of_each_group_equals_that_of_scikit_learn(group, decimals):
    made = rows(2000, decimals=decimals)
    mine = made.grouping.codes == group
    fpr, tpr, thresholds = roc_curve(made.labels[mine], made.scores[mine], drop_intermediate=False)
    found = roc(made.labels[mine], made.scores[mine])
    np.testing.assert_allclose(found["fpr"], fpr, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found["tpr"], tpr, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(found["threshold"], thresholds)


def test_drawn_points_are_points_of_the_curve_with_both_ends():
    made = rows(9000)
    table = roc_table(made.labels, made.scores, made.grouping)
    for place, (name, mine) in enumerate(table.groupby("group")):
        whole = roc(made.labels[made.grouping.codes == place], made.scores[made.grouping.codes == place])
        assert name == NAMES[place]
        assert len(mine) <= MAX_POINTS + 2
        assert mine[["fpr", "tpr"]].iloc[0].tolist() == [0, 0]
        assert mine[["fpr", "tpr"]].iloc[-1].tolist() == [1, 1]
        assert set(mine["threshold"]) <= set(whole["threshold"])
        area = np.trapezoid(mine["tpr"], mine["fpr"])
        assert area == pytest.approx(np.trapezoid(whole["tpr"], whole["fpr"]), abs=0.003)


def test_one_outcome_leaves_a_rate_undefined():
    found = roc(np.ones(3, np.int8), np.array([0.1, 0.2, 0.3]))
    assert found["fpr"].isna().all()
    assert found["tpr"].iloc[-1] == 1


@pytest.mark.parametrize(("decimals", "scale"), [(None, 1), (1, 10)])
def test_shares_of_each_group_add_up_to_one(decimals, scale):
    made = rows(900, decimals=decimals)
    table = share_table(made.labels, (made.scores * scale).round(9), made.grouping)
    assert table.groupby("group")["share"].sum().to_numpy() == pytest.approx(np.ones(3))
    assert table.groupby("group")["n"].sum().tolist() == made.grouping.sizes.tolist()


def test_a_constant_score_has_one_range_with_all_rows():
    made = rows(300)
    table = share_table(made.labels, np.full(300, 0.5), made.grouping)
    assert table.groupby("group")["share"].max().tolist() == [1, 1, 1]


def test_scores_beyond_0_and_1_have_no_reliability():
    made = rows(300)
    assert reliability_table(made.labels, made.scores * 10, made.grouping).empty
