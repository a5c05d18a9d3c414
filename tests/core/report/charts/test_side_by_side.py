import pytest

from core.audit.metrics.names import ODDS_RATIO, PARITY_DIFFERENCE, PARITY_RATIO
from core.report.charts.side_by_side import criteria, criterion_figures
from core.report.tables.method_run import MethodRun
from tests.core.report.samples import SCHEMA, sample_records


@pytest.fixture
def runs():
    return [
        MethodRun(name, "evenhand", "fast", 0, tuple(sample_records()), SCHEMA, called=f"Run {name} <b>")
        for name in ("a", "b")
    ]


def test_a_criterion_has_a_picture_an_attribute_with_every_figure_and_its_interval(runs):
    (figure,) = criterion_figures(runs, PARITY_RATIO)
    assert figure.title.endswith("of each run, sex")
    (rows,) = figure.spec["datasets"].values()
    assert {(row["run"], row["source"]) for row in rows} == {
        (run.title, source) for run in runs for source in ("original", "synthetic")
    }
    for run in runs:
        for source in ("original", "synthetic"):
            record = run.shown.at(PARITY_RATIO, source=source, protocol="A", sensitive="sex")
            (mine,) = [row for row in rows if (row["run"], row["source"]) == (run.title, source)]
            assert (mine["value"], mine["low"], mine["high"]) == (record.value, record.low, record.high)
    assert len(figure.table.rows) == len(rows)


def test_the_criteria_are_those_that_were_measured(runs):
    there = criteria(runs)
    assert there
    measured = {record.metric for record in runs[0].shown.where(protocol="A", source="synthetic")}
    assert set(there) <= measured
    assert criteria([]) == []


@pytest.mark.parametrize("metric", [PARITY_DIFFERENCE, ODDS_RATIO])
def test_what_was_not_measured_has_no_picture(runs, metric):
    without = [MethodRun("c", "evenhand", "fast", 0, tuple(r for r in runs[0].records if r.metric != metric), SCHEMA)]
    assert criterion_figures(without, metric) == []
