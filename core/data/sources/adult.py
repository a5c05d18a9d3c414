"""UCI Adult (Census Income): predict an income above 50,000 dollars a year; official training and test files."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core.data.casting import cast_to_schema
from core.data.column import Role
from core.data.dataset import Dataset
from core.data.inference.column_kinds import infer_schema
from core.data.io.delimited_text import read_csv
from core.data.schema import Schema
from core.data.sources.dataset_folder import find_file, sha256_check

URL: Final = "https://archive.ics.uci.edu/ml/machine-learning-databases/adult/"
SHA256: Final = {
    "adult.data": "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d",
    "adult.test": "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05",
}
HEADER: Final = (
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education-num",
    "marital-status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
    "native-country",
    "class",
)


def load_adult() -> Dataset:
    """Load Adult with its official split: 32,561 rows and 16,281 hold-out rows; target ``class``, sensitive ``sex``.

    Raises:
        DataError: The files are not available and cannot be downloaded, or are not the published ones.
    """
    raw = read_adult(_file("adult.data"))
    inferred, _ = infer_schema(raw)
    schema = _with_default_roles(inferred)
    frame, _ = cast_to_schema(raw, schema)
    holdout, _ = cast_to_schema(read_adult(_file("adult.test")), schema)
    return Dataset(name="adult", frame=frame, schema=schema, holdout=holdout)


def read_adult(data: bytes) -> pd.DataFrame:
    """Return the rows of ``adult.data`` or ``adult.test`` as text, with header.

    The test file starts with a comment line and has a full stop after each class. Both are removed.
    """
    lines = [line for line in data.decode("ascii").splitlines() if line and not line.startswith("|")]
    # No value of Adult contains a comma or a quote, so the blanks after commas can be removed.
    raw, _ = read_csv("\n".join([",".join(HEADER), *lines]).replace(", ", ",").encode(), "adult")
    raw["class"] = raw["class"].str.removesuffix(".")
    return raw


def _file(name: str) -> bytes:
    return find_file(f"adult/{name}", URL + name, sha256_check(SHA256[name]))


def _with_default_roles(schema: Schema) -> Schema:
    for name in schema.names:
        role = {"class": Role.TARGET, "sex": Role.SENSITIVE}.get(name, Role.FEATURE)
        schema = schema.edited(name, role=role, reason="Known: UCI's own description of the columns.")
    return schema.replaced(positive=">50K", favorable="positive")
