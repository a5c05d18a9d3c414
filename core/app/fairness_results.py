"""Fairness and utility of every source, with intervals and a constant predictor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.app import elements, first_screen, run_results, session
from core.audit.display_names import protocol_heading
from core.audit.glossary import against_reference
from core.audit.records import Record
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.rate_verdicts import rate_verdicts
from core.report.charts import rates
from core.report.tables import base, other_classifiers
from core.report.tables.details import broken_relations_table, relations_table
from core.report.tables.findings import finding_table
from core.report.tables.limits import classifier_title
from core.report.tables.multiclass import class_table
from core.report.tables.outcome_shares import outcome_share_table
from core.report.tables.verdicts import verdict_table
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show the results of the run's own audit."""
    if run_results.lacks_rows(folder):
        st.caption(
            "This method makes no rows. “decisions”: its own decisions on the test rows, under “model sees the group”. "
            "“representation”: the numbers that it turns rows into, under “latent features”."
        )
    show_audit(run_results.records(folder), folder.schema.read(), folder.manifest.read(), run_results.key(folder))


def show_audit(records: Sequence[Record], schema: Schema, manifest: Mapping[str, Any], key: str) -> None:
    """Show the first screen of an audit, then findings, tables and plots.

    Args:
        records: Its records.
        schema: Of the table.
        manifest: Facts about data and settings.
        key: Names the audit.
    """
    conclusions = session.cached(("conclusions", key), lambda: conclude(records, schema))
    mine = conclusions.records
    first_screen.show(str(manifest.get("name", "this table")), conclusions, manifest)
    st.header("Figures", anchor=False)
    st.caption(
        "A model (classifier) is trained on each source and tested on the same real test rows, kept aside. The "
        "always-the-same guess predicts the more frequent outcome for everyone: a source that scores no better is fair "
        "only because it is useless. Test setups: the model sees the group or does not (protocols A and B), learns "
        "from latent features, the networks' inner numbers for a row (C), or is tested on the source's own rows "
        "(self-test, D: diagnosis only)."
    )
    names = mine.attributes
    for name in names:
        elements.table(base.fairness_table(mine, name))
        elements.table(class_table(mine, name))
        elements.table(outcome_share_table(mine, name))
    elements.table(verdict_table(rate_verdicts(conclusions)))
    elements.table(other_classifiers.table(mine, classifier_title(manifest)))
    elements.figures(session.cached(("figures", key), lambda: rates.figures(mine)))
    with st.expander("Show data: all findings, every group, fidelity, privacy, independence"):
        elements.table(finding_table(conclusions))
        for name in names:
            for protocol in ("A", "B"):
                elements.table(base.group_table(mine, protocol, name))
        judged_again = [against_reference(protocol) for protocol in ("data", "A", "B")]
        for protocol in (*judged_again, "fidelity", "privacy", "independence", "generation"):
            elements.table(base.protocol_table(mine, protocol, protocol_heading(protocol), ""))
        elements.table(relations_table(mine))
        elements.table(broken_relations_table(mine))
    elements.glossary(mine)
