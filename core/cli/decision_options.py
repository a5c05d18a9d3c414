"""Options of the audit of decisions that say what a row is: how much it counts, and when it was decided."""

from __future__ import annotations

from typing import Annotated

import typer

Weight = Annotated[
    str | None, typer.Option(help="A column that says how much each row counts: survey weights, or see --weight-kind.")
]
WeightMeaning = Annotated[
    str | None,
    typer.Option(
        "--weight-kind",
        help="survey (the default): a drawn row stands for so many people; frequency: a row summarises so many equal "
        "people.",
    ),
]
PeriodName = Annotated[
    str | None,
    typer.Option(
        "--period-column",
        help="A column with dates or ordered labels, at most 24 periods: adds figures and their changes over time.",
    ),
]
Period = Annotated[
    str | None,
    typer.Option(help="Length of a period of dates: month, quarter or year; the shortest that fits if left out."),
]
