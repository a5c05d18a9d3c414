"""The log of the service for what happens behind pages; see `core.service_log`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit import config
from streamlit import logger as streamlit_logger
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import service_log
from core.app import identity, subject


def configure() -> None:
    """Send what the server, Streamlit and the pages log to the service's log, if it is on."""
    if not service_log.is_on():
        return
    config.set_option("logger.enableRich", False)  # it prints failures with their messages
    # Streamlit gives each logger that it makes later a stream and a form of its own here.
    streamlit_logger.setup_formatter = _join
    service_log.configure(_about)


def _join(logger: logging.Logger) -> None:
    """Let a logger of Streamlit's use the service's log."""
    logger.propagate = True


def _about() -> Mapping[str, str]:
    """Return who stands behind the page that this thread draws, and its run."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return {}
    found: dict[str, Any] = {"person": identity.viewer().name, "run": st.query_params.get(subject.RUN, "")}
    return {name: str(text) for name, text in found.items()}
