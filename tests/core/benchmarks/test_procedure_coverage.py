from dataclasses import replace

import pytest

from core.benchmarks.procedure_coverage import METRICS, REFITS, SETTINGS, simulate, table

LOGISTIC = replace(SETTINGS[0], n=200)


def test_refits_widen_every_interval_and_the_table_has_a_row_for_each_number():
    found = list(simulate(replace(LOGISTIC, draws=3)))
    by_refits = {refits: {one.metric: one for one in found if one.refits == refits} for refits in REFITS}
    assert list(by_refits[0]) == list(METRICS.values())
    assert all(by_refits[REFITS[1]][metric].width > one.width for metric, one in by_refits[0].items())
    assert all(0 <= one.share <= 1 for one in found)
    lines = table(found).splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("| logistic | 2 | 200 | 1 | 0 | ")


@pytest.mark.slow
def test_with_refits_the_intervals_hold_for_the_procedure():
    """Nominal 95 %; the standard error of a coverage from 200 simulations is .015."""
    found = list(simulate(replace(LOGISTIC, draws=200)))
    refitted = {one.metric: one.share for one in found if one.refits}
    assert min(refitted.values()) >= 0.92
    assert max(refitted[name] for name in ("DPD", "DPR", "rate", "TPR")) <= 0.98
    assert min(one.share for one in found if not one.refits) < 0.85
