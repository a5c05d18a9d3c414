"""The bias audit of counts by group: impact ratios, the four-fifths rule, and the summary on one page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.app import count_columns, elements, framework_sheets
from core.app.markdown import plain
from core.data.dataset import Dataset
from core.pipeline import BiasAuditRequest
from core.report.frameworks.answers import Answers
from core.report.frameworks.local_law_144 import RESULTS
from core.report.output.bias_audit_page import summary_page


def show(dataset: Dataset, request: BiasAuditRequest) -> None:
    """Show the figures first, then the fields that the summary needs besides them."""
    if found := count_columns.problem(request):
        elements.problem(found)
        elements.page_link("data", "Fix that on the Data page", main=True)
        return
    audit = count_columns.audited(request)
    sheet = audit.sheet
    st.header(plain(f"{sheet.title}, {dataset.name}"), anchor=False)
    st.download_button(
        "Download the summary of results",
        summary_page(sheet),
        "bias-audit.html",
        "text/html",
        type="primary",
        key="counts summary",
        on_click="ignore",
        help="What the law asks to publish. It prints on one page.",
    )
    st.markdown(plain(sheet.lead))
    for part in sheet.parts:
        if part.key == RESULTS:
            framework_sheets.part(part, "counts", _save)
    for table in audit.tables():
        elements.table(table)
    for part in sheet.parts:
        if part.key != RESULTS:
            framework_sheets.part(part, "counts", _save)
    framework_sheets.trouble()
    st.caption(f"Wording: {plain(sheet.wording.said)}")


def _save(key: str, text: str) -> None:
    """Keep what a person wrote into a field.

    Raises:
        ConfigError: The text is too long or not plain.
    """
    request = count_columns.chosen()
    if request is not None:
        count_columns.keep(replace(request, texts=Answers(texts=dict(request.texts)).filled({key: text}).texts))
