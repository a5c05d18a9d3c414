"""Column by column: how each is distributed in every source, and how pairs of columns go together."""

from __future__ import annotations

import streamlit as st

from core.audit.marginals import marginal
from core.audit.metrics.fidelity import pair_likeness
from core.data.schema import Role
from core.pipeline.pictures import album
from core.report import distributions
from core.report.album import Album
from core.runs.store import RunFolder
from screens.parts import draw, results


def show(folder: RunFolder) -> None:
    """One column's distribution, and the map of all pairs; an audit has those that were made with it."""
    schema = folder.schema()
    frames = results.sources(folder)
    kept = album(folder) if folder.is_audit() else Album()
    names = [column.name for column in schema.columns if column.role is not Role.IGNORED]
    name = st.selectbox("Column", names, key="marginal", persist_state="session")
    left, right = st.columns(2)
    with left:
        found = next((one for one in kept.marginals if one.column.name == name), None)
        draw.figure(distributions.marginal(found or marginal(schema, name, frames)))
    with right:
        made = [name for name in reversed(frames) if name != "original"] or list(kept.pairs)[::-1]
        if not made:
            what = "This run is an audit of the original rows alone" if folder.is_audit() else "This run made no rows"
            st.info(f"{what}: there are no others to compare pairs of columns in.")
            return
        source = st.selectbox("Pairs of columns in", made, key="pairs-source", persist_state="session")
        drawn = distributions.associations(
            kept.pairs.get(source) or _likeness(folder, source, results.key(folder)), source
        )
        if drawn is None:
            st.info("There is no pair of columns to compare.")
        else:
            draw.figure(drawn)


@st.cache_data(max_entries=12, show_spinner="Comparing all pairs of columns …")
def _likeness(_folder: RunFolder, source: str, key: str) -> dict[tuple[str, str], float]:
    del key
    return dict(pair_likeness(results.table(_folder, "train"), results.table(_folder, source), _folder.schema()))
