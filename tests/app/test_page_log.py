"""A page that fails: the log says where, and not with which value."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from core.location import ROOT

VALUE = "salary of Ann Archer"
PAGE = f"""
import streamlit as st

def page():
    st.query_params["run"] = "loans"
    raise ValueError("{VALUE}")

page()
"""
FAILS = f"""
from core.app import page_log
page_log.configure()
from streamlit.logger import get_logger
from streamlit.testing.v1 import AppTest

AppTest.from_string({PAGE!r}, default_timeout=60).run()
get_logger("streamlit.made.later").warning("A constant.")
"""


def test_a_page_that_fails_is_logged_with_its_run_and_without_its_message() -> None:
    environment = {**os.environ, "EVENHAND_LOG": "json", "EVENHAND_ACCESS": "open", "STREAMLIT_LOGGER_ENABLE_RICH": "1"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", FAILS], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert VALUE not in done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    (failed,) = [line for line in lines if line.get("exception") == "ValueError"]
    assert failed["level"] == "ERROR"
    assert failed["run"] == "loans"
    assert failed["person"] == "operator"
    assert "in page" in failed["place"][-1]
    assert lines[-1]["message"] == "A constant."
