"""What each fairness goal would cost, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.thresholds.criterion_costs import NOTHING, CriterionCosts, ratio
from core.audit.thresholds.goals import GOALS
from core.report.tables.base import Cell, Table

CHOICES: Final[Mapping[str, str]] = {
    NOTHING: "no goal",
    "demographic_parity": "equal selection rates",
    "equal_opportunity": "equal opportunity",
    "equalized_odds": "equalized odds",
}


def cost_table(costs: CriterionCosts) -> Table:
    """Return what follows from each choice for the groups of one attribute."""
    rows = []
    for choice, found in costs.choices.items():
        shares = 1000 * found.rates["favourable"]
        groups = "; ".join(f"{name} {share:.0f}" for name, share in zip(found.names, shares, strict=True))
        rows.append(
            (
                Cell(CHOICES[choice]),
                Cell(f"{1000 * found.accuracy:.0f}"),
                *(Cell(f"{ratio(found, goal):.2f}") for goal in GOALS),
                Cell(groups),
            )
        )
    return Table(
        f"What each goal would cost, {attribute_title(costs.attribute)}",
        "People per 1,000: right decisions, and who gets the favourable decision in each group. Between them the "
        "lowest over the highest rate of a group, 1 if all are alike: of all (selection rates), of those who earn it "
        "(equal opportunity), and the lower of that and of those who do not earn it (equalized odds). From "
        "cross-fitted scores of "
        f"{costs.rows:,} real rows, without test rows, with a threshold for each group, chosen on the same rows, which "
        "flatters them; without intervals. A group with too few rows for a goal keeps its threshold. Always the same "
        f"guess would be right in {1000 * costs.constant_accuracy:.0f} of 1,000.",
        ("goal", "right decisions", *(f"ratio, {goal.name}" for goal in GOALS), "favourable, by group"),
        tuple(rows),
    )
