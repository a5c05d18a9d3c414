"""What follows from thresholds on the rows at hand, and what the marked points cost, as tables."""

from __future__ import annotations

from core.audit.display_names import attribute_title
from core.audit.thresholds.curves import Floats
from core.audit.thresholds.explorer import Explorer, Follow, Point
from core.audit.thresholds.goals import GOALS
from core.report.tables.base import Cell, Table
from core.report.tables.thresholds import meanings, score_text

_HEADS = {
    "favourable": "favourable",
    "earned": "of those who earn it",
    "unearned": "of those who do not",
    "accuracy": "right decisions",
}


def follow_table(found: Follow, thresholds: Floats, model: str, attribute: str) -> Table:
    """Return the rates of every group at thresholds, shape (groups,)."""
    rows = [
        (
            Cell(name),
            Cell(f"{int(found.n[place]):,}"),
            Cell(score_text(float(thresholds[place]))),
            *(_share(float(found.rates[rate][place])) for rate in _HEADS),
            Cell(moved(float(found.moved[place]))),
        )
        for place, name in enumerate(found.names)
    ]
    gaps = "; ".join(f"{goal.name}: {1000 * found.disparities[goal.key]:.0f}" for goal in GOALS)
    return Table(
        f"At these thresholds, {model}, {attribute_title(attribute)}",
        "People per 1,000 of the group: who gets the favourable decision, of all, of those who earn it and of those "
        "who do not; right decisions; and how many more (+) or fewer (−) get the favourable decision than today. Over "
        f"these groups {1000 * found.accuracy:.0f} of 1,000 decisions are right. Groups differ, per 1,000, by goal: "
        f"{gaps}. These are the rows at hand, without intervals.",
        ("group", "n", "selected from", *_HEADS.values(), "than today"),
        tuple(rows),
    )


def point_table(found: Explorer, model: str, attribute: str) -> Table:
    """Return what the marked points cost, those with one threshold for all first."""
    today = found.follow(found.today)
    marked = [("one for all", point) for point in found.shared] + [("by group", point) for point in found.separate]
    return Table(
        f"What the marked points cost, {model}, {attribute_title(attribute)}",
        f"People per 1,000. Today {1000 * today.accuracy:.0f} of 1,000 decisions are right. Gained or lost: how many "
        "more (+) or fewer (−) of each group get the favourable decision than today. The points were chosen on these "
        f"rows, which flatters them. {meanings()}",
        (
            "point",
            "thresholds",
            "selected from",
            "right decisions",
            "change",
            *(f"differ in {goal.key}" for goal in GOALS),
            "gained or lost",
        ),
        tuple(_point_row(found, point, kind, today) for kind, point in marked),
        labels=2,
    )


def moved(value: float) -> str:
    """Return people per 1,000 with their sign.

    >>> moved(12.4), moved(-3.0), moved(0.2)
    ('+12', '−3', '0')
    """
    rounded = round(value)
    return f"{'+' if rounded > 0 else '−'}{abs(rounded)}" if rounded else "0"


def _point_row(found: Explorer, point: Point, kind: str, today: Follow) -> tuple[Cell, ...]:
    after = found.follow(point.thresholds)
    texts = [score_text(float(one)) for one in point.thresholds]
    several = len(set(texts)) > 1
    told = "; ".join(f"{name}: {text}" for name, text in zip(found.names, texts, strict=True)) if several else texts[0]
    return (
        Cell(point.goal.name),
        Cell(kind),
        Cell(told),
        _share(after.accuracy),
        Cell(moved(1000 * (after.accuracy - today.accuracy))),
        *(_share(after.disparities[goal.key]) for goal in GOALS),
        Cell("; ".join(f"{name}: {moved(float(one))}" for name, one in zip(found.names, after.moved, strict=True))),
    )


def _share(value: float) -> Cell:
    return Cell(f"{1000 * value:.0f}" if value == value else "undefined")  # noqa: PLR0124  NaN is not itself
