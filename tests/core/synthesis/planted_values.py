"""A table in which 34 values are known by one person each, so that tests can look for them in generated rows.

No grid of other people's values explains a planted value: it is off the column's step, alone between two frequent
values, or beyond the others. What lies on the grid inside the range of many others can come out by chance, and must.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.groups import as_text
from core.data.new_identifiers import with_serial_forms
from core.data.schema import Schema

PLANTED: dict[str, tuple[object, ...]] = {
    "age": (9, 103),
    "bonus": (7, 12_347, 61_813, 999_999),
    "hours": (3, 33, 37, 39, 77),
    "salary": (-4_000.5, 31_234.567, 48_211.375, 9_876_543.21),
    "rating": (3.137, 9.9),
    "share": (0.123456789012, 0.500000000001, 7.77),
    "known_of_few": (4_711.0, 815.0),
    "hired": ("1931-04-17", "2019-06-16", "2044-02-03"),
    "until": ("2021-05-17", "2999-01-02", "9999-12-30"),
    "seen": ("2022-03-04 10:17:23", "2022-05-06 23:59:59"),
    "city": ("Zwingli's Hamlet", "=2+5", "Upper Single House", "9999-12-30"),
}
"""The planted values of each column; each has one row."""

_KINDS = {
    "age": Kind.INTEGER,
    "bonus": Kind.INTEGER,
    "hours": Kind.INTEGER,
    "salary": Kind.NUMERICAL,
    "rating": Kind.NUMERICAL,
    "share": Kind.NUMERICAL,
    "known_of_few": Kind.NUMERICAL,
    "hired": Kind.DATETIME,
    "until": Kind.DATETIME,
    "seen": Kind.DATETIME,
    "city": Kind.CATEGORICAL,
    "badge": Kind.IDENTIFIER,
    "sex": Kind.CATEGORICAL,
    "approved": Kind.CATEGORICAL,
}
_ROLES = {"badge": Role.IGNORED, "sex": Role.SENSITIVE, "approved": Role.TARGET}


def planted_table(rows: int = 900) -> tuple[pd.DataFrame, Schema]:
    """Return a typed table with the planted values, and its schema."""
    rng = np.random.default_rng(7)
    days = np.datetime64("2015-01-01") + rng.integers(0, 3000, rows)
    months = (np.datetime64("2016-01") + rng.integers(0, 96, rows)).astype("datetime64[D]")
    hours = np.datetime64("2022-01-01T00", "h") + rng.integers(0, 5000, rows)
    columns = {
        "age": rng.integers(18, 70, rows),
        "bonus": np.where(rng.random(rows) < 0.6, 0, 50 * rng.integers(1, 900, rows)),
        "hours": rng.choice([20, 30, 35, 38, 40], rows),
        "salary": np.round(rng.lognormal(10.4, 0.4, rows), 2),
        "rating": rng.integers(1, 13, rows) / 2,
        "share": rng.random(rows),
        "known_of_few": np.full(rows, np.nan),
        "hired": np.busday_offset(days, 0, roll="forward").astype("datetime64[us]"),
        "until": np.where(rng.random(rows) < 0.2, np.datetime64("9999-12-31"), months).astype("datetime64[us]"),
        "seen": hours.astype("datetime64[us]"),
        "city": rng.choice(["Bern", "Basel", "Chur", "Olten"], rows).astype(object),
        "badge": [f"E-{number:05d}" for number in rng.permutation(rows)],
        "sex": rng.choice(["f", "m"], rows),
        "approved": rng.choice(["no", "yes"], rows),
    }
    place = iter(rng.permutation(rows))
    for name, values in PLANTED.items():
        for value in values:
            is_time = _KINDS[name] is Kind.DATETIME
            columns[name][next(place)] = np.datetime64(str(value), "us") if is_time else value
    kinds = tuple(Column(name=name, kind=kind, role=_ROLES.get(name, Role.FEATURE)) for name, kind in _KINDS.items())
    frame = pd.DataFrame({one.name: _typed(columns[one.name], one.kind) for one in kinds})
    return frame, with_serial_forms(Schema(columns=kinds, positive="yes"), [frame])


def _typed(values: object, kind: Kind) -> pd.Series:
    dtypes = {Kind.INTEGER: "Int64", Kind.NUMERICAL: "float64", Kind.DATETIME: "datetime64[us]"}
    return pd.Series(values).astype(dtypes.get(kind, "str"))


def copied(frame: pd.DataFrame, real: pd.DataFrame) -> dict[str, list[str]]:
    """Return the planted values, and the identifiers of ``real``, that rows hold, by column; nothing if none."""
    found = {}
    for name in (*PLANTED, "badge"):
        known = set(as_text(real[name].dropna())) if name == "badge" else set(as_text(planted(name)))
        found[name] = sorted(known & set(as_text(frame[name].dropna())))
    return {name: values for name, values in found.items() if values}


def planted(name: str) -> pd.Series:
    """Return the planted values of a column, typed."""
    values = PLANTED[name]
    if _KINDS[name] is Kind.DATETIME:
        return pd.Series([np.datetime64(str(value), "us") for value in values]).astype("datetime64[us]")
    return _typed(list(values), _KINDS[name])
