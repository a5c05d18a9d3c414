"""A page that fails in the two ways in which pages fail: as it is drawn, and after a click."""

import streamlit as st

from core.app import identity
from core.runs import access

if __name__ == "__main__":  # not where pytest looks for examples
    access.act_for(identity.viewer)


def fail() -> None:
    """Fail with a message that quotes a row."""
    raise ValueError("The salary of Ann Archer is 81,342.")


st.title("A page")
st.button("Press", on_click=fail)
if st.query_params.get("fails"):
    fail()
