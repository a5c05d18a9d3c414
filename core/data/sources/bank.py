"""UCI bank marketing (Moro, Cortez and Rita 2014): who subscribed a term deposit when a Portuguese bank called.

Not tried on the published file on the machine where this was written: its checksum is not known here. The file is
checked by its columns, its values, and its 5,289 yes and 39,922 no.

The length of a call is known only after it, as UCI warns, so no model learns from ``duration``. Groups by age are below
25, 25 to 59, and 60 or more, after Zafar and others (2017).
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.dataset import Dataset
from core.data.sources.published import (
    Published,
    check_counts,
    check_values,
    columns_of,
    load_published,
    packed,
)

URL: Final = "https://archive.ics.uci.edu/ml/machine-learning-databases/00222/bank.zip"
MEMBER: Final = "bank-full.csv"
HEADER: Final = (
    "age",
    "job",
    "marital",
    "education",
    "default",
    "balance",
    "housing",
    "loan",
    "contact",
    "day",
    "month",
    "duration",
    "campaign",
    "pdays",
    "previous",
    "poutcome",
    "y",
)
_EITHER: Final = frozenset({"yes", "no"})
VALUES: Final = {
    "marital": frozenset({"married", "single", "divorced"}),
    "education": frozenset({"primary", "secondary", "tertiary", "unknown"}),
    "contact": frozenset({"cellular", "telephone", "unknown"}),
    "poutcome": frozenset({"success", "failure", "other", "unknown"}),
    **dict.fromkeys(("default", "housing", "loan", "y"), _EITHER),
}


def load_bank() -> Dataset:
    """Load the table: 45,211 rows; target ``y``, sensitive ``age`` and ``marital``.

    Raises:
        DataError: The file is not available and cannot be downloaded, or does not hold the published table.
    """
    return load_published(TABLE)


def read_bank(data: bytes, name: str) -> pd.DataFrame:
    """Return the rows of ``bank-full.csv`` in ``bank.zip`` as text.

    Raises:
        DataError: The file does not have the shape of the published one.
    """
    table = columns_of(packed(data, MEMBER, name), HEADER, name, ";")
    check_values(table, name, VALUES)
    check_counts(table, name, "y", {"yes": 5289, "no": 39_922})
    return table


TABLE: Final = Published(
    "bank",
    "bank/bank.zip",
    URL,
    read_bank,
    target="y",
    positive="yes",
    sensitive={"age": (25.0, 60.0), "marital": ()},
    description="UCI's own description of the columns",
    ignored=("duration",),
    notes=("The column 'duration' is ignored: the length of a call is known only after the outcome.",),
)
