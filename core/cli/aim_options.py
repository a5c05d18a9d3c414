"""Options of what synthetic rows are to reach: fairness, by outcome repair, and privacy."""

from __future__ import annotations

from typing import Annotated

import typer

from core.choices import Criterion as CriterionName

Criterion = Annotated[
    CriterionName | None,
    typer.Option(
        help="What outcome repair equalises: selection rates, or true and false positive rates. "
        "Where base rates differ, no useful classifier has both."
    ),
]


def _ratio(given: float | None) -> float | None:
    """Return the ratio, if it is above 0 and at most 1.

    Raises:
        typer.BadParameter: It is not.
    """
    if given is not None and not 0 < given <= 1:
        raise typer.BadParameter(f"{given:g} is not above 0 and at most 1; 0.8 is four fifths, 1 is equal rates.")
    return given


RepairLevel = Annotated[
    float | None, typer.Option(help="Amount of outcome repair, 0 to 1 (repair level of the fair label channel).")
]
TargetDpr = Annotated[
    float | None,
    typer.Option(
        callback=_ratio,
        help="Parity ratio (lowest over highest rate) to aim for, above 0, at most 1. The amount of outcome repair is "
        "then chosen on a part of the train rows; the run takes 1.5 to 2 times as long.",
    ),
]
Epsilon = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        help="Tolerance: the difference of the compared rates between groups that suffices, from 0 to below 1, e.g. "
        ".05 for 50 of 1,000 people. The lowest amount of outcome repair that reaches it is then chosen on a part of "
        "the train rows; the run takes 1.5 to 2 times as long.",
    ),
]
EpsilonDp = Annotated[
    float | None,
    typer.Option(
        help="Privacy guarantee: epsilon of differential privacy for one train row, e.g. 3. All is then learned from "
        "rows made with noise. The synthetic rows and an exported generator keep the guarantee; the figures of the "
        "audit do not. Needs the extra privacy.",
    ),
]
