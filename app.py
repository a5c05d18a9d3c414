"""The app: page config and navigation, nothing else."""

import streamlit as st

from screens.parts import draw, state, warming

st.set_page_config(page_title="Evenhand", page_icon="⚖", layout="wide")
page = st.navigation(
    [
        st.Page("screens/start.py", title="Start", default=True),
        st.Page("screens/data.py", title="Data"),
        st.Page("screens/audit.py", title="Audit"),
        st.Page("screens/train.py", title="Train"),
        st.Page("screens/methods.py", title="Methods"),
        st.Page("screens/generate.py", title="Generate"),
        st.Page("screens/compare.py", title="Compare"),
        st.Page("screens/report.py", title="Report"),
    ],
    position="top",
)
with draw.said():
    state.keep_link()
    page.run()
warming.warm()
