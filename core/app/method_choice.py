"""The choice of methods, each with its product, description and limits."""

from __future__ import annotations

import streamlit as st

from core.app.markdown import plain
from core.report.tables.method_run import MAKES
from core.synthesis.methods.method_info import MethodInfo, methods_for

ABOUT = {
    "rows": "A model learns from the synthetic rows; more rows can be made later.",
    "representation": "Numbers in place of each row, in which the groups are hard to tell apart; no rows to share.",
    "decisions": "A classifier of its own that decides about each row; no rows to share.",
}
ACROSS = 3


def methods(kind: str) -> list[str]:
    """Show the choice of methods for this kind of data and return those that are ticked, in the catalogue's order."""
    ticked = []
    for makes, what in MAKES.items():
        mine = {name: one for name, one in methods_for(kind).items() if one.makes == makes}
        if mine:
            st.markdown(f"**They make {what}.** {ABOUT[makes]}")
            ticked += _boxes(mine)
    return ticked


def _boxes(infos: dict[str, MethodInfo]) -> list[str]:
    names = list(infos)
    ticked = []
    for begin in range(0, len(names), ACROSS):
        for column, name in zip(st.columns(ACROSS), names[begin : begin + ACROSS], strict=False):
            with column:
                if st.checkbox(plain(infos[name].title), key=f"method-{name}", persist_state="session"):
                    ticked.append(name)
                st.caption(plain(_sentence(infos[name])))
    return ticked


def _sentence(one: MethodInfo) -> str:
    return " ".join(part for part in (one.about, one.limits, f"({one.source.rstrip('.')}.)") if part)
