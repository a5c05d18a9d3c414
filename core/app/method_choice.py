"""The choice of methods: the recommended one first, then the others by what they make."""

from __future__ import annotations

import streamlit as st

from core.app import elements
from core.app.folded import folded
from core.app.markdown import plain
from core.report.tables.method_run import MAKES
from core.report.tables.methods import method_table
from core.synthesis.methods.method_info import EVENHAND, MethodInfo, methods_for

ABOUT = {
    "rows": "A model learns from the synthetic rows; more rows can be made later.",
    "representation": "Numbers in place of each row, in which the groups are hard to tell apart; no rows to share.",
    "decisions": "A classifier of its own that decides about each row; no rows to share.",
}
ACROSS = 3


def methods(kind: str) -> list[str]:
    """Show the choice of methods for this kind of data and return those that are ticked, in the catalogue's order."""
    known = methods_for(kind)
    ticked = []
    if EVENHAND in known:
        st.markdown("**Recommended**")
        ticked += _boxes({EVENHAND: known[EVENHAND]}, across=1)
    for makes, what in MAKES.items():
        mine = {name: one for name, one in known.items() if one.makes == makes and name != EVENHAND}
        if mine:
            st.markdown(f"**To compare with: methods that make {what}.** {ABOUT[makes]}")
            ticked += _boxes(mine)
    title = "What each method does, its limits, and where it was published"
    folded(title, "about methods", lambda: elements.table(method_table({kind: known}), titled=False))
    return ticked


def _boxes(infos: dict[str, MethodInfo], across: int = ACROSS) -> list[str]:
    names = list(infos)
    ticked = []
    for begin in range(0, len(names), across):
        for column, name in zip(st.columns(across), names[begin : begin + across], strict=False):
            with column:
                one = infos[name]
                if st.checkbox(plain(one.in_words or one.title), key=f"method-{name}", persist_state="session"):
                    ticked.append(name)
                st.caption(f"**{plain(one.title)}.** {plain(one.use)}".rstrip())
    return ticked
