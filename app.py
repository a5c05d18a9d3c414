"""The app: page config and navigation, nothing else."""

import streamlit as st

from core.app import drafts, elements, identity, preload, styles, subject, subject_strip
from core.app.entry import run_through_app
from core.runs import access

run_through_app()
access.act_for(identity.viewer)
st.set_page_config(page_title="Evenhand", page_icon="⚖", layout="wide")
pages = [
    st.Page("pages/start.py", title="Start", default=True),
    st.Page("pages/data.py", title="Data"),
    st.Page("pages/audit.py", title="Audit"),
    st.Page("pages/train.py", title="Train"),
    st.Page("pages/methods.py", title="Methods"),
    st.Page("pages/generate.py", title="Generate"),
    st.Page("pages/compare.py", title="Compare"),
    st.Page("pages/report.py", title="Report"),
]
page = st.navigation(pages, position="top")
styles.use()
with elements.show_errors():
    identity.way_in()
    subject.keep_link()
    elements.phone_menu(pages)
    strip = st.empty()
    shown = subject_strip.show(strip, page.title)
    page.run()
    subject_strip.show_again(strip, page.title, shown)
preload.warm()
drafts.sweep(subject.home())
