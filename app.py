"""The app: page config and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="Evenhand", page_icon="⚖", layout="wide")
st.navigation([st.Page("pages/runs.py", title="Runs", default=True)]).run()
