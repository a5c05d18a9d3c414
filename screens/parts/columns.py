"""Column by column: how each is distributed in every source, and how pairs of columns go together."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.audit.marginals import marginal
from core.audit.metrics.fidelity import pair_likeness
from core.data.schema import Role
from core.report import distributions
from core.runs.store import RunFolder
from screens.parts import draw, results

SOURCES = ("teacher", "student", "synthetic")


def show(folder: RunFolder) -> None:
    """One column's distribution, and the map of all pairs."""
    schema = folder.schema()
    frames = _frames(folder)
    names = [column.name for column in schema.columns if column.role is not Role.IGNORED]
    name = st.selectbox("Column", names, key="marginal", persist_state="session")
    left, right = st.columns(2)
    with left:
        draw.figure(distributions.marginal(marginal(schema, name, frames)))
    with right:
        source = st.selectbox("Pairs of columns in", list(frames)[:0:-1], key="pairs-source", persist_state="session")
        drawn = distributions.associations(_likeness(folder, source, results.key(folder)), source)
        if drawn is None:
            st.info("There is no pair of columns to compare.")
        else:
            draw.figure(drawn)


def _frames(folder: RunFolder) -> dict[str, pd.DataFrame]:
    found = {"original": results.table(folder, "train")}
    kept = [name for name in SOURCES if name == "synthetic" or folder.has_table(name)]
    return found | {name: results.table(folder, name) for name in kept}


@st.cache_data(max_entries=12, show_spinner="Comparing all pairs of columns …")
def _likeness(_folder: RunFolder, source: str, key: str) -> dict[tuple[str, str], float]:
    del key
    return dict(pair_likeness(results.table(_folder, "train"), results.table(_folder, source), _folder.schema()))
