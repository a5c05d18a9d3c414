"""Loss curves of a training run, from its progress events: one small chart a loss term."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from core.audit.display_names import source_name
from core.audit.figure_text import number
from core.events import Event
from core.report.charts.theme import ACCENT, Figure, Row, chart_of, themed_spec
from core.report.tables.base import Cell, Table

_MAX_POINTS, _MAX_ROWS = 300, 20
_WIDTH, _HEIGHT = 220, 120


class LossTerm(NamedTuple):
    """What a curve is called and what it shows."""

    label: str
    sentence: str


# What a curve of a training shows, by stage and term.
LOSSES: dict[tuple[str, str], LossTerm] = {
    ("teacher", "loss"): LossTerm(
        "total loss", "What the full model (teacher) minimises: the weighted sum of its loss terms."
    ),
    ("teacher", "reconstruction"): LossTerm(
        "error in rebuilt rows",
        "How badly rows are rebuilt from latent features (reconstruction loss); lower is more faithful.",
    ),
    ("teacher", "kl"): LossTerm(
        "distance from a bell shape",
        "How far the latent features are from a standard normal distribution (KL divergence).",
    ),
    ("teacher", "dependence"): LossTerm(
        "what it reveals of the group",
        "How much the latent features still reveal of the sensitive columns; 0 is nothing.",
    ),
    ("codebook", "loss"): LossTerm(
        "error in rows rebuilt from shared codes",
        "How badly rows are rebuilt when all groups share the same codes (codewords); lower is more faithful.",
    ),
    ("student", "loss"): LossTerm(
        "total loss", "What the compact model (student) minimises: the weighted sum of its loss terms."
    ),
    ("student", "quality"): LossTerm(
        "distance from the full model",
        "How far the latent features of the compact model lie from those of the full model (quality loss Q).",
    ),
    ("student", "kl"): LossTerm(
        "distance from a bell shape",
        "How far the latent features are from a standard normal distribution (KL divergence).",
    ),
}

_TITLES = {"codebook": "Shared codes", "learn": "The method"}
"""Titles of the stages that are no source of rows."""


def loss_curves(events: Iterable[Event]) -> list[Figure]:
    """Plot each loss term of each stage that trains something, in order of appearance.

    The axis always spans the whole stage, so that a chart does not move while the training runs.
    """
    terms: dict[tuple[str, str], dict[int, float]] = {}
    totals: dict[str, int] = {}
    for event in events:
        totals[event.stage] = event.total
        for term, value in event.losses.items():
            # A stage that was begun anew after an interruption replaces what it had.
            terms.setdefault((event.stage, term), {})[event.step] = value
    return [_curve(stage, term, found, totals[stage]) for (stage, term), found in terms.items()]


def _curve(stage: str, term: str, found: dict[int, float], total: int) -> Figure:
    steps = sorted(step for step in found if np.isfinite(found[step]))
    meaning = LOSSES.get((stage, term), LossTerm(term, "A part of what the training makes small."))
    title = f"{_TITLES.get(stage, source_name(stage).capitalize())}: {meaning.label}"
    caption = f"{meaning.sentence} By training step (epoch); where the curve is flat, training has converged."
    rows: list[Row] = [{"step": step, "value": found[step]} for step in _spread(steps, _MAX_POINTS)]
    cells = tuple((Cell(f"{step:,}"), Cell(number(found[step]))) for step in _spread(steps, _MAX_ROWS))
    table = Table(title, caption, ("epoch", meaning.label), cells)
    return Figure(title, caption, _spec(rows, total), table)


def _spec(rows: list[Row], total: int) -> dict[str, Any]:
    """Return the specification as Altair writes it, which takes it long; pages that follow a run ask all the time."""
    name = f"data-{sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:32]}"
    spec = deepcopy(_line(total, is_point=len(rows) == 1))
    return {**spec, "data": {"name": name}, "datasets": {name: rows}}


@lru_cache(maxsize=64)
def _line(total: int, *, is_point: bool) -> dict[str, Any]:
    import altair as alt

    chart = chart_of([]).mark_line(color=ACCENT, strokeWidth=1.5, point=is_point)
    chart = chart.encode(
        x=alt.X("step:Q", title="epoch", scale=alt.Scale(domain=[0, max(total, 1)]), axis=alt.Axis(tickCount=4)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4)),
    )
    return themed_spec(chart.properties(width=_WIDTH, height=_HEIGHT))


def _spread(steps: list[int], most: int) -> list[int]:
    """Return at most ``most`` of the steps, evenly spread, first and last included."""
    if len(steps) <= most:
        return steps
    return [steps[place] for place in np.unique(np.linspace(0, len(steps) - 1, most).round().astype(int))]
