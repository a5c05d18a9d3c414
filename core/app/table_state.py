"""The values of a session's table in Streamlit's session state: taken from a draft, and made into one."""

from __future__ import annotations

import streamlit as st

from core.app.field_labels import in_words
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.data.fingerprint import fingerprint
from core.data.schema_editing import with_schema
from core.errors import EvenhandError
from core.pipeline.drafts import Draft


def hold(draft: Draft) -> None:
    """Make a table the session's, with what was chosen for it. What does not fit the table is said as its trouble."""
    roles, loaded = draft.roles, draft.loaded
    st.session_state["counts"] = draft.counts
    st.session_state["row_weight"], st.session_state["row_period"] = roles.weight, roles.period
    st.session_state["decisions"] = roles.columns if draft.decides else None
    st.session_state["model_column"], st.session_state["references"] = roles.model_column, roles.references
    st.session_state["loaded"] = loaded
    st.session_state["attachments_key"] = loaded.attachments.fingerprint() if loaded.attachments else ""
    st.session_state["trouble"] = ""
    st.session_state["edition"] = edition() + 1
    try:
        set_dataset(with_schema(loaded, draft.schema))
    except EvenhandError as error:
        set_dataset(loaded)
        st.session_state["trouble"] = in_words(error.problem)
    is_another()


def set_dataset(dataset: Dataset) -> None:
    """Set the table as edited, and its cache key."""
    st.session_state["dataset"] = dataset
    parts = (fingerprint(dataset.real_rows), st.session_state["attachments_key"], dataset.schema.model_dump_json())
    st.session_state["dataset_key"] = " ".join(parts)


def draft() -> Draft:
    """Return the session's table with what was chosen for it, to be kept."""
    state = st.session_state
    columns = state["decisions"]
    roles = DecisionRoles(
        columns or (), state["model_column"], state["row_weight"], state["row_period"], state["references"] or {}
    )
    return Draft(state["loaded"], state["dataset"].schema, roles, columns is not None, state["counts"])


def is_another() -> bool:
    """Return whether table or choices differ from those at the last call."""
    names = ("dataset_key", "decisions", "model_column", "row_weight", "row_period", "references", "counts")
    before, now = st.session_state.get("chosen"), tuple(st.session_state.get(name) for name in names)
    st.session_state["chosen"] = now
    return bool(now != before)


def edition() -> int:
    """Return how often table or schema changed in this session; a widget keyed by it starts again from the schema."""
    return int(st.session_state.get("edition", 0))
