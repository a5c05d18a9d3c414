"""LSAC law school (Wightman 1998): who passed the bar, in the cleaned file of Le Quy and others (2022).

Not tried on the published file on the machine where this was written: its checksum is not known here. The file is
checked by its columns, its values and its 20,798 rows.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.dataset import Dataset
from core.data.sources.published import Published, check_values, columns_of, load_published
from core.errors import DataError

URL: Final = "https://raw.githubusercontent.com/tailequy/fairness_dataset/main/experiments/data/law_school_clean.csv"
HEADER: Final = (
    "decile1b",
    "decile3",
    "lsat",
    "ugpa",
    "zfygpa",
    "zgpa",
    "fulltime",
    "fam_inc",
    "male",
    "tier",
    "race",
    "pass_bar",
)
ROWS: Final = 20_798
VALUES: Final = {
    "fulltime": frozenset("12"),
    "fam_inc": frozenset("12345"),
    "male": frozenset("01"),
    "tier": frozenset("123456"),
    "race": frozenset({"White", "Non-White"}),
    "pass_bar": frozenset("01"),
}


def load_law() -> Dataset:
    """Load the table: 20,798 rows; target ``pass_bar``, sensitive ``race`` and ``male``.

    Raises:
        DataError: The file is not available and cannot be downloaded, or does not hold the published table.
    """
    return load_published(TABLE)


def read_law(data: bytes, name: str) -> pd.DataFrame:
    """Return the rows of ``law_school_clean.csv`` as text; whole numbers without a decimal point.

    Raises:
        DataError: The file does not have the shape of the published one.
    """
    table = columns_of(data, HEADER, name)
    for column in HEADER:
        table[column] = table[column].str.removesuffix(".0")
    check_values(table, name, VALUES)
    if len(table) != ROWS:
        raise DataError(
            f"{name} is not the published table of {ROWS:,} rows: it has {len(table):,}. Delete it and fetch it again."
        )
    return table


TABLE: Final = Published(
    "law",
    "law/law_school_clean.csv",
    URL,
    read_law,
    target="pass_bar",
    positive="1",
    sensitive={"race": (), "male": ()},
    description="the survey of Le Quy and others (2022)",
    categories=("race", "male", "fulltime"),
)
