"""Options of the audit of decisions: who decided, how much a row counts, and when it was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Prediction = Annotated[
    list[str] | None,
    typer.Option(
        help="A column with the labels that a model predicted; repeat for several models. Nothing is trained then: the "
        "model's decisions are audited. Labels that are not values of the target need the one that stands for the "
        "positive outcome: decision@approve."
    ),
]
Score = Annotated[
    list[str] | None,
    typer.Option(
        help="A column with a model's scores of the positive outcome, and how they select: risk@0.5 from this score "
        "on, risk@top10% the highest tenth; a probability selects from 0.5 on. Repeat for several."
    ),
]
Onnx = Annotated[
    list[Path] | None,
    typer.Option(
        help="A model in the ONNX format, which decides the rows; repeat for several. It reads the columns that its "
        "inputs are named like, or all numeric features. Needs the extra onnx."
    ),
]
ModelColumn = Annotated[
    str | None,
    typer.Option(
        help="A column that names the model of each row, if the file has a row for each model and person. Each model "
        "is measured on its own rows."
    ),
]
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
ReplicateWeights = Annotated[
    list[str] | None,
    typer.Option(
        help="Columns of replicate weights, from which the intervals of weighted figures come: a name, or a pattern in "
        "quotes such as 'PWGTP*', without the column of weights; repeat for several. They say how far figures vary "
        "where people were drawn in households or areas."
    ),
]
ReplicateMethod = Annotated[
    str | None,
    typer.Option(
        help="How the survey made its replicate weights, as its documentation says: successive-difference (American "
        "Community Survey), brr, fay (fay@0.3: another coefficient than 0.5), jackknife or bootstrap."
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
