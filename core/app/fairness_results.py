"""The results of an audit: its first screen, and below it one section for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.app import audit_sections, elements, first_screen, methods_beside, run_results, sections, session
from core.app.audit_sections import Audit
from core.app.sections import Content
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.groups import attribute_name
from core.data.schema import Schema
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER
from core.findings.conclusions import conclude
from core.report.charts import repair_price
from core.report.tables import repair_level
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show the results of the run's own audit."""
    if run_results.lacks_rows(folder):
        st.caption(
            "This method makes no rows. “decisions”: its own decisions on the test rows, under “model sees the group”. "
            "“representation”: the numbers that it turns rows into, under “latent features”."
        )
    manifest, key = folder.manifest.read(), run_results.key(folder)
    records, schema = run_results.records(folder), folder.schema.read()
    beside = partial(methods_beside.records, folder)
    show_audit(records, schema, manifest, key, beside, own=lambda: _own(folder))


def show_audit(
    records: Sequence[Record],
    schema: Schema,
    manifest: Mapping[str, Any],
    key: str,
    beside: Callable[[str | None], RecordSet] = lambda _: RecordSet(),
    own: Callable[[], None] = lambda: None,
) -> None:
    """Show the first screen of an audit, then its sections, closed: pictures first, then tables.

    Args:
        records: Its records.
        schema: Of the table.
        manifest: Facts about data and settings.
        key: Names the audit.
        beside: Returns figures of other methods on the same rows, for the outcome that counts as positive.
        own: Shows further sections, between pictures and tables.
    """
    conclusions = session.cached(("conclusions", key), lambda: conclude(records, schema))
    mine = conclusions.records
    first_screen.show(str(manifest.get("name", "this table")), conclusions, manifest)
    audit = Audit(conclusions, manifest, lambda: beside(mine.positive_outcome))
    with sections.stacked():
        audit_sections.pictures(audit)
        own()
        audit_sections.tables(audit)
        elements.glossary(mine)


def _own(folder: RunFolder) -> None:
    audit_sections.scores(folder)
    _trade_off(folder)


def _trade_off(folder: RunFolder) -> None:
    """Show what repair of outcomes costs, if the run repaired any or searched for how much is needed."""
    main = RecordSet(run_results.records(folder)).main
    if repair_level.reason(main) or folder.artifacts.has_table("repair_level"):
        sections.section("What outcome repair costs", "repair", lambda: _priced(folder, main))


def _priced(folder: RunFolder, main: RecordSet) -> Content:
    found = [repair_level.plane(main, letter) for letter in ("A", "B")]
    if folder.artifacts.has_table("repair_level"):
        classifier = CLASSIFIERS[folder.manifest.read().get("config", {}).get("classifier", DEFAULT_CLASSIFIER)]
        found.append(
            repair_price.figure(
                run_results.table(folder, "repair_level"),
                run_results.repair_level(folder),
                attribute_name(folder.schema.read().sensitive),
                classifier.title.capitalize(),
            )
        )
    drawn = [figure for figure in found if figure is not None]
    return Content(drawn, [repair_level.choice_table(main)], repair_level.reason(main))
