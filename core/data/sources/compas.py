"""ProPublica's COMPAS table: predict a new charge within two years, with ProPublica's filter and columns."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Final

import pandas as pd

from core.data.casting import cast_to_schema
from core.data.column import Role
from core.data.dataset import Dataset
from core.data.inference.column_kinds import infer_schema
from core.data.sources.dataset_folder import find_file
from core.errors import DataError

FILE: Final = "compas-scores-two-years.csv"
URL: Final = "https://raw.githubusercontent.com/propublica/compas-analysis/master/" + FILE
USED: Final = (
    "sex",
    "age",
    "race",
    "juv_fel_count",
    "juv_misd_count",
    "juv_other_count",
    "priors_count",
    "c_charge_degree",
    "two_year_recid",
)
FILTERED: Final = ("days_b_screening_arrest", "is_recid", "score_text")
# Of the columns above only, so that copies with redacted names and case numbers also pass.
CONTENT_SHA256: Final = "aa8af413e119f18225033a46eaf46d3279ab20679f2a6db11f8220507accea7f"


def load_compas(*, filtered: bool = True) -> Dataset:
    """Load COMPAS with ProPublica's filter: 6,172 rows, 9 columns; target ``two_year_recid``, sensitive ``race``.

    Args:
        filtered: Whether to apply ProPublica's filter. Some papers use the unfiltered table, which has 7,214 rows.

    Raises:
        DataError: The file is not available and cannot be downloaded, or its content is not the published one.
    """
    table = _columns(find_file(f"compas/{FILE}", URL, _verify))
    kept = _propublica_filter(table) if filtered else pd.Series(data=True, index=table.index)
    raw = table.loc[kept, list(USED)].reset_index(drop=True)
    schema, _ = infer_schema(raw)
    for name in schema.names:
        role = {"two_year_recid": Role.TARGET, "race": Role.SENSITIVE}.get(name, Role.FEATURE)
        schema = schema.edited(name, role=role, reason="Known: ProPublica's description of its table.")
    schema = schema.replaced(positive="1", favorable="negative")  # 1 is a new charge within two years
    frame, _ = cast_to_schema(raw, schema)
    left_out = (
        f"{int((~kept).sum()):,} of {len(table):,} rows were left out by ProPublica's own filter: screening more than "
        "30 days from the arrest, no recidivism record, an ordinary traffic offence, or no score."
    )
    notes = (
        left_out if filtered else "ProPublica's own filter was not applied: some rows are not comparable.",
        f"Of the file's columns only {len(USED)} are used: {', '.join(USED)}; the others are names, dates, case "
        "numbers, the COMPAS scores, or follow from the outcome.",
    )
    return Dataset(name="compas" if filtered else "compas-unfiltered", frame=frame, schema=schema, notes=notes)


def _columns(data: bytes) -> pd.DataFrame:
    """Return the used columns as text. The published header repeats two names; the first column of each counts."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    names = [*USED, *FILTERED]
    absent = [name for name in names if name not in header]
    if absent:
        raise DataError(f"{FILE} has no column {absent[0]!r}; fetch it again from {URL}.")
    positions = [header.index(name) for name in names]
    return pd.DataFrame([[row[at] for at in positions] for row in rows if row], columns=names, dtype="str")


def _propublica_filter(table: pd.DataFrame) -> pd.Series:
    days = pd.to_numeric(table["days_b_screening_arrest"])
    return (
        days.between(-30, 30)
        & (table["is_recid"] != "-1")
        & (table["c_charge_degree"] != "O")
        & (table["score_text"] != "N/A")
    )


def content_digest(data: bytes) -> str:
    """Return the SHA-256 (hex) of the used columns, with values joined by tabs and rows by line feeds."""
    table = _columns(data)
    rows = ("\t".join(row) for row in table.itertuples(index=False, name=None))
    return hashlib.sha256("\n".join(["\t".join(table.columns), *rows]).encode()).hexdigest()


def _verify(data: bytes, name: str) -> None:
    if content_digest(data) != CONTENT_SHA256:
        raise DataError(f"{name} does not hold the published values; delete it and fetch it again from {URL}.")
