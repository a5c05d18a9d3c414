"""What outcome repair costs: how many outcomes each amount alters, and how near to equal rates it comes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import PARITY_RATIO
from core.report.charts.theme import ACCENT, GREY, WIDTH, Figure, Row, chart_of, themed_spec
from core.report.tables.base import Cell, Table

_INK = "#1b1f23"


def figure(curve: pd.DataFrame, chosen: float | None, attribute: str, classifier: str) -> Figure | None:
    """Plot the estimated parity ratio against the share of outcomes altered; ``None`` if no amount has a ratio.

    Args:
        curve: A row for each amount: ``repair_level``, ``labels_changed`` and ``demographic_parity_ratio``.
        chosen: The amount of the run; ``None`` if its outcomes were not repaired.
        attribute: The sensitive attribute.
        classifier: The downstream classifier that the estimates come from, in words.
    """
    known = curve.dropna(subset=["demographic_parity_ratio"]).sort_values("repair_level")
    if known.empty:
        return None
    marks = known[["repair_level", "labels_changed", "demographic_parity_ratio"]].to_numpy(dtype=float)
    nearest = None if chosen is None else float(abs(marks[:, 0] - chosen).min())
    rows: list[Row] = [
        {
            "amount": f"{level:g}",
            "label": f"amount {level:g}",
            "place": place,
            "x": changed,
            "y": ratio,
            "chosen": chosen is not None and abs(level - chosen) == nearest,
        }
        for place, (level, changed, ratio) in enumerate(marks.tolist())
    ]
    title = f"What outcome repair costs, {attribute_title(attribute)}"
    caption = (
        "Each mark is an amount of outcome repair (α, repair level). Right: more synthetic outcomes altered. Up: "
        f"nearer to equal rates (demographic parity ratio, DPR). The large mark is the run's own amount. "
        f"{classifier} learns from such rows and predicts the real train rows: an estimate without intervals. The "
        "audit measures again on test rows."
    )
    return Figure(title, caption, _spec(rows), _table(rows, title, caption))


def _spec(rows: list[Row]) -> dict[str, Any]:
    import altair as alt

    x = alt.X(
        "x:Q",
        title=describe("labels_changed").label,
        scale=alt.Scale(padding=24),
        axis=alt.Axis(format="%", tickCount=5),
    )
    y = alt.Y("y:Q", title="parity ratio (lowest over highest rate)", scale=alt.Scale(domain=[0, 1]))
    base = chart_of(rows)
    size = alt.condition("datum.chosen", alt.value(180), alt.value(60))
    layers = [
        base.mark_line(color=GREY, strokeWidth=1).encode(x=x, y=y, order="place:Q"),
        base.mark_point(filled=True, opacity=1, color=ACCENT).encode(x=x, y=y, size=size),
        chart_of(_labelled(rows)).mark_text(align="center", dy=16, color=_INK).encode(x=x, y=y, text="label:N"),
    ]
    return themed_spec(alt.layer(*layers).properties(width=WIDTH, height=260))


def _labelled(rows: list[Row]) -> list[Row]:
    """Return the marks that have their amount beside them: the ends and the run's own."""
    return [row for place, row in enumerate(rows) if place in (0, len(rows) - 1) or row["chosen"]]


def _table(rows: list[Row], title: str, caption: str) -> Table:
    return Table(
        title,
        caption,
        ("amount", describe("labels_changed").label, describe(PARITY_RATIO).label),
        tuple((Cell(row["amount"]), Cell(number(row["x"])), Cell(number(row["y"]))) for row in rows),
    )
