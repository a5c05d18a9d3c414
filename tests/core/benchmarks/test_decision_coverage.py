import pytest

from core.benchmarks.decision_coverage import simulate, table


@pytest.fixture(scope="module")
def found():
    return [one for n in (50, 500, 5_000) for one in simulate(n, draws=60)]


def test_intervals_hold_the_truth_about_as_often_as_they_say(found):
    assert {one.figure for one in found} >= {
        "tpr",
        "precision",
        "auc",
        "brier",
        "difference_within",
        "reliability_bin",
        "gap_told",
    }
    assert all(one.share >= 0.85 for one in found)  # 60 draws: three standard errors below .95 is .87
    assert sum(one.share for one in found) / len(found) == pytest.approx(0.955, abs=0.02)


def test_intervals_shrink_with_the_rows(found):
    for figure in ("auc", "brier", "tpr"):
        widths = [one.width for one in found if one.figure == figure]
        assert widths[0] > 2 * widths[1] > 4 * widths[2]


def test_the_table_has_a_row_for_each_figure(found):
    assert len(table(found).splitlines()) == 2 + len({one.figure for one in found})
