"""Options of the audit of decisions that say what a row is: how much it counts."""

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
