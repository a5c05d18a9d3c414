"""ACS income (Ding and others 2021): whose income is above 50,000 dollars; Alabama in the census survey of 2018.

The rows are those of folktables' ACSIncome: people above 16 with an income above 100 dollars who work at least an hour
a week, from the 1-year public use sample of persons. The target is ``income_above_50000``, in place of ``PINCP``.

Not tried on the published file on the machine where this was written: its checksum is not known here. The file is
checked by its columns, its state, and the codes of sex and race.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from core.data.dataset import Dataset
from core.data.sources.published import Published, check_values, columns_of, load_published, packed

URL: Final = "https://www2.census.gov/programs-surveys/acs/data/pums/2018/1-Year/csv_pal.zip"
MEMBER: Final = "psam_p01.csv"
STATE: Final = frozenset({"1", "01"})
FEATURES: Final = ("AGEP", "COW", "SCHL", "MAR", "OCCP", "POBP", "RELP", "WKHP", "SEX", "RAC1P")
_FILTERED: Final = ("PINCP", "PWGTP", "ST")
CODED: Final = ("COW", "SCHL", "MAR", "OCCP", "POBP", "RELP", "SEX", "RAC1P")
SEX: Final = {"1": "male", "2": "female"}
RACE: Final = {
    "1": "White",
    "2": "Black",
    "3": "American Indian",
    "4": "Alaska Native",
    "5": "American Indian or Alaska Native, not specified",
    "6": "Asian",
    "7": "Pacific Islander",
    "8": "other",
    "9": "two or more",
}
TARGET: Final = "income_above_50000"


def load_acs_income() -> Dataset:
    """Load the table; target ``income_above_50000``, sensitive ``SEX`` and ``RAC1P``.

    Raises:
        DataError: The file is not available and cannot be downloaded, or does not hold the published table.
    """
    return load_published(TABLE)


def read_acs_income(data: bytes, name: str) -> pd.DataFrame:
    """Return the people of ACSIncome from the census zip, as text, with names of sex and race.

    Raises:
        DataError: The file does not have the shape of the published one.
    """
    table = columns_of(packed(data, MEMBER, name), (*FEATURES, *_FILTERED), name)
    check_values(table, name, {"ST": STATE, "SEX": frozenset(SEX), "RAC1P": frozenset(RACE)})
    age, income, hours, weight = (pd.to_numeric(table[one]) for one in ("AGEP", "PINCP", "WKHP", "PWGTP"))
    kept = (age > 16) & (income > 100) & (hours > 0) & (weight >= 1)
    people = table.loc[kept, list(FEATURES)].reset_index(drop=True)
    above = np.where(income[kept] > 50_000, "yes", "no")
    named = {"SEX": people["SEX"].map(SEX).astype("str"), "RAC1P": people["RAC1P"].map(RACE).astype("str")}
    return people.assign(**named, **{TARGET: pd.Series(above, dtype="str")})


TABLE: Final = Published(
    "acs-income",
    "acs-income/csv_pal.zip",
    URL,
    read_acs_income,
    target=TARGET,
    positive="yes",
    sensitive={"SEX": (), "RAC1P": ()},
    description="the census bureau's data dictionary of 2018, and folktables' choice of columns",
    categories=CODED,
    notes=(
        "Rows are folktables' ACSIncome: people above 16 who work and have an income above 100 dollars. Survey weights "
        "are not used, so shares are of the sample and not of Alabama.",
    ),
)
