"""The widgets that say with whom the groups of a model's decisions are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from core.app import session
from core.app.field_labels import LABELS
from core.app.markdown import plain
from core.choices import OVERALL
from core.data.dataset import Dataset
from core.data.groups import GroupedFrame

ALL: Final = "All groups with one another"
ONE: Final = "Each group with one of them"
EVERYBODY: Final = "Each group with everybody"


def show(dataset: Dataset) -> None:
    """Show with whom groups are compared and, for one group, which one of each sensitive column that is."""
    chosen = session.references()
    now = EVERYBODY if OVERALL in chosen.values() else ONE if chosen else ALL

    def change() -> None:
        kind = st.session_state["reference-kind"]
        if kind == EVERYBODY:
            session.choose_references(dict.fromkeys(dataset.schema.sensitive, OVERALL))
        else:
            session.choose_references(_largest(dataset) if kind == ONE else {})

    st.session_state["reference-kind"] = now
    st.selectbox(
        LABELS["reference_group"],
        [ALL, ONE, EVERYBODY],
        key="reference-kind",
        on_change=change,
        help="Gaps between all groups are always told. A reference adds difference and ratio of every rate to that of "
        "one group, or of all rows. Which group is the reference is a choice, not a finding.",
    )
    if now == ONE:
        for name, names in _groups(dataset).items():
            _group(name, names, chosen)


def _group(attribute: str, names: tuple[str, ...], chosen: Mapping[str, str]) -> None:
    key = f"reference-{attribute}"

    def change() -> None:
        others = {name: group for name, group in session.references().items() if name != attribute}
        group = st.session_state[key]
        session.choose_references(others if group is None else {**others, attribute: group})

    st.session_state[key] = chosen.get(attribute)
    st.selectbox(
        f"Reference group of {plain(attribute)}", names, index=None, key=key, on_change=change, placeholder="None"
    )


def _groups(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Return the groups of each sensitive column, the largest first."""
    return session.cached(("groups", session.dataset_key()), lambda: _by_size(dataset))


def _by_size(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, grouping in GroupedFrame(dataset.frame, dataset.schema).single.items():
        sizes = dict(zip(grouping.names, grouping.sizes, strict=True))
        found[name] = tuple(sorted(sizes, key=lambda group: -sizes[group]))
    return found


def _largest(dataset: Dataset) -> dict[str, str]:
    return {name: names[0] for name, names in _groups(dataset).items()}
