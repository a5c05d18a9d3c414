"""What each fairness goal would cost, as a picture: how far apart groups stay, and how many decisions are right."""

from __future__ import annotations

from typing import Any

from core.audit.display_names import attribute_title
from core.audit.thresholds.criterion_costs import CriterionCosts, ratio
from core.audit.thresholds.goals import GOALS
from core.report.charts.theme import GROUP_PALETTE, GROUP_SHAPES, Figure, Row, chart_of, colour, shape, themed_spec
from core.report.tables.criterion_costs import CHOICES, cost_table

WIDTH, STEP = 420, 34


def figure(costs: CriterionCosts) -> Figure:
    """Return the picture for one attribute."""
    rows: list[Row] = []
    for choice, found in costs.choices.items():
        label = f"{CHOICES[choice]}: {1000 * found.accuracy:.0f} right"
        rows += [{"goal": label, "kind": goal.name, "value": ratio(found, goal)} for goal in GOALS]
    return Figure(
        f"What each goal would cost, {attribute_title(costs.attribute)}",
        "Each line is a goal that you may choose; behind its name, how many of 1,000 decisions would be right. The "
        "marks show how alike the groups would then be by each measure: the lowest over the highest rate, 1 "
        "if all are alike. Marks that agree lie on one another. If outcomes differ between groups, no useful choice "
        f"has all three at 1. Always the same guess would be right in {1000 * costs.constant_accuracy:.0f} of 1,000.",
        _spec(rows),
        cost_table(costs),
    )


def _spec(rows: list[Row]) -> dict[str, Any]:
    import altair as alt

    kinds = [goal.name for goal in GOALS]
    order = list(dict.fromkeys(row["goal"] for row in rows))
    x = alt.X("value:Q", title="lowest over highest rate", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("goal:N", title=None, sort=order, axis=alt.Axis(labelLimit=240))
    chart = (
        chart_of(rows)
        .mark_point(filled=False, size=130, strokeWidth=2.5)
        .encode(x, y, colour("kind:N", kinds, GROUP_PALETTE), shape("kind:N", kinds, GROUP_SHAPES))
        .properties(width=WIDTH, height=alt.Step(STEP))
    )
    spec = themed_spec(chart)
    spec["config"]["legend"] |= {"orient": "bottom", "columns": 1}  # all of it is seen on a phone
    return spec
