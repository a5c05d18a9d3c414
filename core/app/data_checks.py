"""The card “Check your data”: what a person should decide on, each with its remedy; and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from core.app import session
from core.app.field_labels import LABELS
from core.app.markdown import plain
from core.data.checks.apply import choose, undo
from core.data.checks.check import check_data
from core.data.checks.edits import RefuseRelation, Remedy, UseAsWeights
from core.data.checks.issue import Issue
from core.data.dataset import Dataset
from core.data.relations.found import find_relations
from core.data.relations.kinds import Relation
from core.data.weights import WeightColumn

_BUTTONS: Final = {
    "merge": "Merge spellings",
    "mark-missing": "Count as missing",
    "drop-missing": "Leave these rows out",
    "drop-duplicates": "Keep one of each",
    "exclude": "Leave the column out",
    "use": "Use as a feature",
    "weight": "Use as weights",
    "refuse": "Do not keep",
}
_SHOWN: Final = 8


def show(dataset: Dataset) -> None:
    """Show what was found with a button for each remedy, what was decided with a way back, and relations kept."""
    trains = session.decisions() is None
    with st.container(border=True, key="data-checks"):
        with st.spinner("Checking the data …"):
            issues = session.cached(
                ("checks", session.dataset_key(), trains, session.weight()), lambda: _found(dataset)
            )
        if issues or dataset.changes:
            st.subheader(LABELS["apply"], anchor=False)
        else:
            st.markdown(f"**{LABELS['apply']}:** nothing found that you need to decide on.")
        for issue in issues[:_SHOWN]:
            _line(issue)
        if len(issues) > _SHOWN:
            with st.expander(f"More to check ({len(issues) - _SHOWN})"):
                for issue in issues[_SHOWN:]:
                    _line(issue)
        _decided(dataset)
        if trains:
            _relations(session.cached(("relations", session.dataset_key()), lambda: _kept(dataset)))


def _found(dataset: Dataset) -> list[Issue]:
    weighted = session.weight() is not None
    return check_data(dataset.frame, dataset.schema, trains=session.decisions() is None, weighted=weighted)


def _kept(dataset: Dataset) -> list[tuple[Relation, int]]:
    found = find_relations(dataset.frame, dataset.schema)
    return [(relation, int(relation.concerns(dataset.frame).sum())) for relation in found]


def _line(issue: Issue) -> None:
    """Show one finding, and a button for each remedy beside it."""
    said, buttons = st.columns([3, 1], vertical_alignment="center")
    said.markdown(f":orange[:material/help:] {plain(issue.sentence)}")
    for remedy in issue.remedies:
        _button(buttons, remedy.name, _BUTTONS[remedy.type], partial(_apply, remedy), _phrase(remedy.text))


def _apply(remedy: Remedy) -> None:
    if isinstance(remedy, UseAsWeights):
        session.edit_weight(WeightColumn(remedy.column))
    else:
        session.edit(lambda schema, _: choose(schema, remedy))


def _undo(name: str) -> None:
    session.edit(lambda schema, _: undo(schema, name))


def _decided(dataset: Dataset) -> None:
    """Show what was decided, with the way back; what an earlier run decided has none."""
    names = {edit.name for edit in dataset.schema.edits}
    for change in dataset.changes:
        said, buttons = st.columns([3, 1], vertical_alignment="center")
        said.markdown(f":green[:material/check:] {plain(change.sentence)}")
        name = change.edit.name
        if name in names:
            _button(buttons, f"undo-{name}", "Undo", partial(_undo, name), "")


def _relations(relations: list[tuple[Relation, int]]) -> None:
    """List relations with the number of rows that each concerns."""
    if not relations:
        return
    with st.expander(f"Relations between columns that synthetic rows keep ({len(relations)})"):
        st.caption(
            "Each holds in every row in which its columns have values, and chance does not explain it. Refuse one that "
            "is a coincidence."
        )
        for relation, rows in relations:
            said, buttons = st.columns([3, 1], vertical_alignment="center")
            said.markdown(f"{plain(relation.text)} :gray[({rows:,} rows)]")
            refusal = RefuseRelation(relation=relation.text)
            _button(buttons, refusal.name, _BUTTONS["refuse"], partial(_apply, refusal), "")


def _button(
    place: st.delta_generator.DeltaGenerator, name: str, label: str, act: Callable[[], None], hint: str
) -> None:
    place.button(label, key=f"check-{name}", on_click=act, help=plain(hint) or None, width="stretch")


def _phrase(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
