"""The data profile: columns, kinds, roles, missing values, and proxies of sensitive columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.audit.display_names import attribute_title
from core.audit.glossary import split_rank
from core.audit.metrics.catalog import column_of, describe, kind_of
from core.audit.record_set import RecordSet
from core.report.tables.base import Cell, Table, by_source, figure_cell, is_missing

_PROXY = "proxy_auc"


def column_table(records: RecordSet, manifest: Mapping[str, Any]) -> Table:
    """Return every column with its kind, its role and its share of missing values in the original rows."""
    gaps = records.overall.where(source="original").filter(is_missing)
    gaps = RecordSet(reversed(gaps.sorted(lambda r: split_rank(r.split))))
    share = {r.metric.removeprefix("missing:"): r for r in gaps}
    reference = manifest.get("reference_outcome")
    return Table(
        "Columns",
        "What each column is read as. Sensitive columns form the groups, the target is the outcome, and ignored "
        "columns are neither learned nor measured. Nothing learns from a reference outcome; it judges classifiers "
        "too. A dash: no value is missing.",
        ("column", "kind", "role", "missing"),
        tuple(
            (
                Cell(str(c["name"])),
                Cell(str(c["kind"])),
                Cell("reference outcome" if c["name"] == reference else str(c["role"])),
                figure_cell(share.get(str(c["name"]))),
            )
            for c in manifest.get("columns", [])
        ),
        labels=3,
    )


def proxy_table(records: RecordSet) -> Table:
    """Return how well each column alone, and all together, tell the groups."""
    mine = records.filter(lambda r: kind_of(r.metric) == _PROXY)
    return by_source(
        "Columns that reveal the group",
        "How well a column alone predicts the sensitive attribute (proxy AUC): 0.5 reveals nothing, 1 everything. "
        "Leaving the attribute out does not leave out what these columns reveal.",
        mine.sorted(lambda r: (r.sensitive or "", -(r.value or 0))),
        lambda r: (
            column_of(r.metric) or "all together",
            f"{describe(_PROXY).label}, {attribute_title(r.sensitive or '')}",
        ),
        ("column", "figure"),
    )
