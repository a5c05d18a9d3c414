"""Thresholds of a model's scores on the Audit page: move them, see what follows, and choose some to hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import streamlit as st

from core.app import elements, long_work, session, table_state
from core.app.folded import folded, opened
from core.app.markdown import plain
from core.audit.display_names import attribute_title
from core.audit.thresholds.explorer import Explorer, Point
from core.audit.thresholds.repair import ScoredRows
from core.audit.thresholds.scored import scored_models
from core.data.dataset import Dataset
from core.pipeline.decision_input import read_input
from core.pipeline.thresholds import ThresholdResult, choose_thresholds
from core.report.charts import thresholds as charts
from core.report.output.csv_files import frame_as_csv
from core.report.tables.base import Table
from core.report.tables.threshold_explorer import follow_table, point_table
from core.report.tables.thresholds import AGAINST, LIMIT

ALL, EACH = "One for all", "One for each group"
TITLE: Final = "What another threshold would do"
TODAY: Final = "today's threshold"
BUTTON: Final = "Choose thresholds and tell what they cost"
_STEPS: Final = 200


def show(dataset: Dataset) -> None:
    """Show the sliders of the session's scores with all that follows, closed; nothing without scores."""
    if not any(one.is_score for one in session.decisions() or ()):
        return
    place = opened(TITLE, "thresholds")
    if place is not None:
        with place:
            _sliders_of(dataset)


def _sliders_of(dataset: Dataset) -> None:
    if (weight := session.weight()) is not None:
        st.caption(plain(f"Every row counts once here: thresholds do not use the weights in “{weight.column}” yet."))
    models = session.cached(("scored rows", *session.decisions_key()), lambda: _models(dataset))
    left, right = st.columns(2)
    model = left.selectbox("Model", list(models), key="threshold-model")
    attribute = right.selectbox(
        "Groups by", list(models[model]), key="threshold-attribute", format_func=attribute_title
    )
    key = ("explorer", *session.decisions_key(), model, attribute)
    found = session.cached(key, lambda: Explorer.of(models[model][attribute]))
    if found is None:
        elements.problem(f"Fewer than two groups by {attribute} have enough rows and both outcomes.")
        return
    _explore(found, model, attribute)
    folded("What the marked points cost", "points", lambda: elements.table(point_table(found, model, attribute)))
    _choose(dataset)


def _models(dataset: Dataset) -> dict[str, dict[str, ScoredRows]]:
    return dict(scored_models(read_input(dataset, replace(session.decision_roles(), weight=None)).inputs))


@st.fragment
def _explore(found: Explorer, model: str, attribute: str) -> None:
    """Show sliders, curves and rates; only this part of the page runs again when a slider moves."""
    prefix = f"threshold-{table_state.edition()}-{model}-{attribute}"
    kind = st.segmented_control("Thresholds", [ALL, EACH], key=f"{prefix}-kind", default=ALL, required=True)
    points = found.shared if kind == ALL else found.separate
    names = [attribute_title(attribute)] if kind == ALL else list(found.names)
    labels = ["Selects from this score on"] if kind == ALL else [f"{name}: selects from" for name in names]
    keys = [f"{prefix}-{kind}-{place}" for place in range(len(names))]
    _jump(found, points, keys, f"{prefix}-{kind}-jump")
    values = _sliders(found, labels, keys)
    thresholds = np.full(len(found.names), values[0]) if kind == ALL else np.asarray(values)
    elements.table(follow_table(found.follow(thresholds), thresholds, model, attribute))
    elements.figures(charts.figures(found, thresholds, points, model, attribute), 3, with_table=False)


def _jump(found: Explorer, points: tuple[Point, ...], keys: list[str], key: str) -> None:
    """Show the points to which the sliders can be moved."""
    places: Mapping[str, np.ndarray] = {
        TODAY: np.full(len(found.names), found.today),
        **{point.goal.name: point.thresholds for point in points},
    }

    def move() -> None:
        low, high, step = _range(found)
        for place, slider in enumerate(keys):
            wanted = float(places[st.session_state[key]][place])
            st.session_state[slider] = float(np.clip(wanted, low, high + step))

    st.selectbox("Start from", list(places), key=key, on_change=move, help="Moves the sliders to a marked point.")


def _sliders(found: Explorer, labels: list[str], keys: list[str]) -> list[float]:
    low, high, step = _range(found)
    for key in keys:
        st.session_state.setdefault(key, float(np.clip(found.today, low, high + step)))
    columns = st.columns(min(len(keys), 3))
    return [
        float(columns[place % len(columns)].slider(plain(label), low, high + step, key=key, step=step, format="%.4g"))
        for place, (label, key) in enumerate(zip(labels, keys, strict=True))
    ]


def _range(found: Explorer) -> tuple[float, float, float]:
    """Return the lowest and the highest score and the step of a slider; one step above the highest selects nobody."""
    scores = found.search.everyone.scores
    low, high = float(scores[0]), float(scores[-1])
    if len(scores) <= _STEPS and np.all(scores == scores.round()):
        return low, high, 1.0
    return low, high, (high - low) / _STEPS or 1.0


def _choose(dataset: Dataset) -> None:
    """Show on request which thresholds serve each goal, told on rows on which they were not chosen, to hand on."""
    st.subheader("Thresholds to hand on", anchor=False)
    st.caption(
        "Thresholds are chosen on one half of the rows, and what they cost is told on the other half, with intervals. "
        "Then all models and thresholds are searched for as accurate ones with a smaller difference between groups."
    )
    elements.problem(AGAINST)
    st.caption(LIMIT)
    key = ("threshold result", *session.decisions_key())
    if not session.is_cached(key) and not st.button(BUTTON):
        return
    with elements.show_errors():
        _show_result(session.cached(key, lambda: _chosen(dataset)))


def _chosen(dataset: Dataset) -> ThresholdResult:
    return long_work.carry_out(choose_thresholds, dataset, session.decision_roles())


def _show_result(found: ThresholdResult) -> None:
    st.download_button(
        "Download the thresholds (CSV)",
        frame_as_csv(found.thresholds),
        "thresholds.csv",
        "text/csv",
        key="thresholds csv",
        on_click="ignore",
    )
    first, *others = found.prices_of_each()
    elements.table(first)
    if others:
        folded("What each rule costs, other models and attributes", "rule prices", lambda: _tables(others))
    title = "Who gains and who loses, the thresholds, and less discriminatory alternatives"
    folded(title, "rule details", lambda: _tables(found.details()))
    elements.notes(found.notes, "What was left out or guessed")


def _tables(found: Sequence[Table]) -> None:
    for one in found:
        elements.table(one)
