import numpy as np
import vl_convert

from core.audit.thresholds.explorer import Explorer
from core.data.groups import Grouping
from core.report.charts.group_lines import MAX_LINES
from core.report.charts.thresholds import figures
from tests.core.audit.thresholds.made import rows


def test_lines_marks_and_thresholds_are_drawn_where_the_counts_are():
    found = Explorer.of(rows(2000))
    at = np.array([0.3, 0.5, 0.6])
    drawn = figures(found, at, found.separate, "m", "group")
    assert len(drawn) == 3
    now = drawn[0].spec["datasets"]["now"]
    assert [row["x"] for row in sorted(now, key=lambda row: row["group"])] == at.tolist()
    rates = found.follow(at).rates["favourable"]
    assert [row["value"] for row in sorted(now, key=lambda row: row["group"])] == rates.tolist()
    assert {row["point"] for row in drawn[0].spec["datasets"]["marks"]} == {
        "highest accuracy",
        "equal selection rates",
        "equal opportunity",
        "equalized odds",
    }
    for one in drawn:
        assert vl_convert.vegalite_to_svg(one.spec).startswith("<svg")


def test_more_groups_than_can_be_told_apart_are_in_the_table_only():
    made = rows(6000)
    codes = np.arange(6000) % 14
    many = type(made)(
        made.labels, made.scores, made.now, Grouping(("g",), tuple(f"g{one:02}" for one in range(14)), codes), 30
    )
    found = Explorer.of(many)
    drawn = figures(found, np.full(14, 0.5), found.shared, "m", "g")
    assert len({row["group"] for row in drawn[0].spec["datasets"]["lines"]}) == MAX_LINES
    assert "4 more are in the table only" in drawn[0].caption
    assert len(drawn[0].table.rows) == 14
