"""The widgets that say which columns of a table hold counts of people: by which groups, how many, how many selected."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

import streamlit as st

from core.app import elements, session
from core.app.field_labels import in_words
from core.data.counts import guessed, holds_counts
from core.data.dataset import Dataset
from core.data.groups import distinct_values
from core.errors import EvenhandError
from core.pipeline import BiasAudit, BiasAuditRequest, bias_audit

_LABELS: Final = {
    "sex": "Sex categories",
    "race": "Race/ethnicity categories",
    "applicants": "How many applied",
    "selected": "How many of them were selected",
}
_MAX_VALUES: Final = 50


def chosen() -> BiasAuditRequest | None:
    """Return what the columns of the session's table of counts record; ``None``: a row is a person or a case."""
    return cast("BiasAuditRequest | None", st.session_state.get("counts")) if session.dataset() is not None else None


def keep(request: BiasAuditRequest | None) -> None:
    """Change what the columns of the session's table of counts record."""
    st.session_state["counts"] = request
    session.changed()


def proposal(dataset: Dataset) -> BiasAuditRequest | None:
    """Return what the columns record, if the table has headers and content of counts."""
    return guess(dataset) if dataset.schema.image is None and holds_counts(dataset.frame) else None


def guess(dataset: Dataset) -> BiasAuditRequest:
    """Return what the columns record, and which categories mean unknown, as far as names tell."""
    names = dataset.schema.names
    sex, race, applicants, selected = (guessed(names, what) for what in _LABELS)
    values = [value for name in (sex, race) if name for value in distinct_values(dataset.frame, name)]
    unknown = tuple(dict.fromkeys(value for value in values if value.strip().lower() == "unknown"))
    return BiasAuditRequest(sex=sex, race=race, applicants=applicants, selected=selected, unknown=unknown)


def show(request: BiasAuditRequest) -> None:
    """Show which column records what, what is wrong with it, and the way to the figures."""
    names = session.loaded().schema.names
    st.header("What the columns count", anchor=False)
    left, right = st.columns(2)
    with left:
        _column("sex", names, request, empty="None")
        _column("race", names, request, empty="None")
        _unknown(request)
    with right:
        _column("applicants", names, request, empty="Choose")
        _column("selected", names, request, empty="Choose")
        _reason(request)
    if found := problem(request):
        elements.problem(found)
    else:
        elements.page_link("audit", "Next: the bias audit of these counts", main=True)


def audited(request: BiasAuditRequest) -> BiasAudit:
    """Return the bias audit of the session's counts.

    Raises:
        EvenhandError: A column is missing or cannot be used.
    """
    named = [getattr(request, what) for what in _LABELS]
    # Without the other columns: what a person left empty is not guessed again.
    raw = session.loaded().frame[[name for name in dict.fromkeys(named) if name is not None]]
    key = ("bias audit", session.dataset_key(), repr(request))
    return session.cached(key, lambda: bias_audit(raw, request))


def problem(request: BiasAuditRequest) -> str:
    """Return what is wrong with the counts; empty if nothing is."""
    if not (request.sex or request.race):
        return f"Choose the column with the categories: under “{_LABELS['sex']}” or “{_LABELS['race']}”."
    try:
        audited(request)
    except EvenhandError as error:
        return in_words(error.problem)
    return ""


def _column(what: str, names: list[str], request: BiasAuditRequest, *, empty: str) -> None:
    key = f"counts-{what}"

    def change() -> None:
        keep(replace(request, **{what: st.session_state[key]}))

    st.session_state[key] = getattr(request, what)
    st.selectbox(_LABELS[what], names, index=None, key=key, on_change=change, placeholder=empty)


def _unknown(request: BiasAuditRequest) -> None:
    frame = session.loaded().frame
    known = [value for name in (request.sex, request.race) if name for value in distinct_values(frame, name)]

    def change() -> None:
        keep(replace(request, unknown=tuple(st.session_state["counts-unknown"])))

    st.session_state["counts-unknown"] = [value for value in request.unknown if value in known]
    st.multiselect(
        "Categories that mean: unknown",
        list(dict.fromkeys(known))[:_MAX_VALUES],
        key="counts-unknown",
        on_change=change,
        help="People in them are counted beside the tables. Missing values are always unknown.",
    )


def _reason(request: BiasAuditRequest) -> None:
    def change() -> None:
        keep(replace(request, exclusion_reason=st.session_state["counts-reason"]))

    st.session_state["counts-reason"] = request.exclusion_reason
    st.text_input(
        "Leave categories below 2 % out of the impact ratio, because",
        max_chars=1_000,
        key="counts-reason",
        on_change=change,
        placeholder="Empty: none is left out",
        help="The rule allows it with a justification; their count and rate are shown all the same (§ 5-301(d)).",
    )
