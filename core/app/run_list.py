"""The list of runs: search, pages, and a card for each run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.app import elements, forget_run, run_changes, side_by_side, subject
from core.app.markdown import counted, plain
from core.pipeline.run_list import ListedRun, listed_runs
from core.pipeline.side_by_side import MAX_RUNS
from core.runs import access
from core.runs.state import Status

PER_PAGE: Final = 8  # two and a half screens of a desk
_SEARCH_FROM: Final = 3  # runs, below which all are seen at once
_CHOSEN: Final = "runs-to-compare"


def show() -> None:
    """Show all runs, or those in the link side by side."""
    forget_run.drop_deleted()
    runs = listed_runs(subject.runs().values())
    if side_by_side.is_open():
        side_by_side.show(runs)
        return
    st.header("Runs on this machine" if access.viewer().opens_all else "Your runs", anchor=False)
    if not runs:
        st.info("None yet. The demo makes one in a few minutes.")
        return
    found = _searched(runs)
    _comparison_bar(runs)
    for one in _page(found):
        with st.container(border=True, gap="xsmall"):
            _card(one)


def _searched(runs: Sequence[ListedRun]) -> list[ListedRun]:
    """Show the search field where there is more than a handful; return the runs that it leaves."""
    if len(runs) < _SEARCH_FROM:
        return list(runs)
    words = st.text_input("Search the runs", placeholder="Name, dataset, outcome, group or method", key="search-runs")
    found = [one for one in runs if one.matches(words)]
    if words.strip():
        some = counted(len(found), "run")
        st.caption(f"{some} of {len(runs):,} with these words." if found else "No run has all these words; use fewer.")
    return found


def _page(found: Sequence[ListedRun]) -> Sequence[ListedRun]:
    """Return the runs of the chosen page."""
    pages = -(-len(found) // PER_PAGE)
    if pages < 2:
        return found
    first = (st.pagination(pages, key=f"page of {pages}") - 1) * PER_PAGE
    shown = found[first : first + PER_PAGE]
    st.caption(f"{first + 1:,} to {first + len(shown):,} of {len(found):,}, the newest first.")
    return shown


def _comparison_bar(runs: Sequence[ListedRun]) -> None:
    """Show how to set runs side by side, once two are finished."""
    done = [one.name for one in runs if one.status is Status.DONE]
    if len(done) < 2:
        return
    chosen = [name for name in _chosen() if name in done]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Set side by side", disabled=len(chosen) < 2, key="side-by-side"):
            side_by_side.open_with(chosen)
        st.caption(
            f"{counted(len(chosen), 'run')} chosen."
            if chosen
            else f"Tick 2 to {MAX_RUNS} finished runs below to compare them."
        )


def _card(one: ListedRun) -> None:
    """Show one run: what it is, how far it is, what it found, and what can be done with it."""
    st.markdown(f"**{plain(one.shown_name)}**")
    st.caption(plain(" · ".join(one.lines)))
    if one.headline.text:
        st.markdown(plain(one.headline.text))
    done = one.status is Status.DONE
    with st.container(horizontal=True, vertical_alignment="center"):
        if done:
            elements.page_link("report", "Open its report", name=one.name)
        else:
            elements.page_link("train", "See its progress", name=one.name)
        run_changes.buttons(one)
        if done:
            _tick(one)


def _tick(one: ListedRun) -> None:
    """Show the box that chooses the run for a comparison; kept over pages and searches."""
    chosen = _chosen()
    st.checkbox(
        "Compare",
        value=one.name in chosen,
        disabled=one.name not in chosen and len(chosen) >= MAX_RUNS,
        key=f"compare-{one.name}",
        on_change=_toggle,
        args=(one.name,),
    )


def _toggle(name: str) -> None:
    chosen = _chosen()
    st.session_state[_CHOSEN] = [one for one in chosen if one != name] if name in chosen else [*chosen, name]


def _chosen() -> list[str]:
    return list(st.session_state.get(_CHOSEN, ()))
