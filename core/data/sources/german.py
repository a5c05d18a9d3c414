"""Statlog German credit (Hofmann 1994): whether a credit was a good or a bad risk, with UCI's codes.

Not tried on the published file on the machine where this was written: its checksum is not known here. The file is
checked by its 21 values a row, the prefixes of its codes, and its 700 good and 300 bad risks.

UCI's `personal status and sex` is told as two columns, `marital_status` and `sex`. Groups by age are 25 or younger and
older, after Kamiran and Calders (2009).
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.dataset import Dataset
from core.data.sources.published import Published, check_counts, check_values, load_published
from core.errors import DataError

URL: Final = "https://archive.ics.uci.edu/ml/machine-learning-databases/statlog/german/german.data"
HEADER: Final = (
    "checking_account",
    "duration_months",
    "credit_history",
    "purpose",
    "credit_amount",
    "savings",
    "employed_since",
    "installment_rate",
    "personal_status",
    "other_debtors",
    "residence_since",
    "property",
    "age",
    "other_installments",
    "housing",
    "credits_here",
    "job",
    "dependents",
    "telephone",
    "foreign_worker",
    "risk",
)
PERSONAL: Final = {
    "A91": ("male", "divorced or separated"),
    "A92": ("female", "divorced, separated or married"),
    "A93": ("male", "single"),
    "A94": ("male", "married or widowed"),
    "A95": ("female", "single"),
}
RISKS: Final = {"1": "good", "2": "bad"}
CODES: Final = {
    "checking_account": ("A1", "1234"),
    "credit_history": ("A3", "01234"),
    "savings": ("A6", "12345"),
    "employed_since": ("A7", "12345"),
    "other_debtors": ("A10", "123"),
    "property": ("A12", "1234"),
    "other_installments": ("A14", "123"),
    "housing": ("A15", "123"),
    "job": ("A17", "1234"),
    "telephone": ("A19", "12"),
    "foreign_worker": ("A20", "12"),
}
"""Prefix of the codes of a column, and what follows it."""


def load_german() -> Dataset:
    """Load the table: 1,000 rows; target ``risk``, sensitive ``sex`` and ``age``.

    Raises:
        DataError: The file is not available and cannot be downloaded, or does not hold the published table.
    """
    return load_published(TABLE)


def read_german(data: bytes, name: str) -> pd.DataFrame:
    """Return the rows of ``german.data`` as text, with a header, sex and marital status.

    Raises:
        DataError: The file does not have the shape of the published one.
    """
    rows = [line.split() for line in data.decode("ascii", errors="replace").splitlines() if line.strip()]
    if any(len(row) != len(HEADER) for row in rows):
        raise DataError(
            f"{name} is not the published table: a row does not have {len(HEADER)} values. Delete it and fetch it "
            "again."
        )
    table = pd.DataFrame(rows, columns=list(HEADER), dtype="str")
    codes = {column: frozenset(prefix + end for end in ends) for column, (prefix, ends) in CODES.items()}
    check_values(table, name, {**codes, "personal_status": frozenset(PERSONAL), "risk": frozenset(RISKS)})
    check_counts(table, name, "risk", {"1": 700, "2": 300})
    told = [PERSONAL[code] for code in table["personal_status"]]
    table["sex"] = pd.Series([sex for sex, _ in told], dtype="str")
    table["marital_status"] = pd.Series([status for _, status in told], dtype="str")
    table["risk"] = table["risk"].map(RISKS).astype("str")
    return table[[*(one for one in HEADER if one not in ("personal_status", "risk")), "sex", "marital_status", "risk"]]


TABLE: Final = Published(
    "german",
    "german/german.data",
    URL,
    read_german,
    target="risk",
    positive="good",
    sensitive={"sex": (), "age": (26.0,)},
    description="UCI's own description of the columns",
    notes=("UCI's column of personal status and sex is told as two columns, marital_status and sex.",),
)
