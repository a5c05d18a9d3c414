"""A synthetic loan table with a known bias: a structural causal model and the exact size of its bias.

    sex, origin, age        independent of one another
    skill ~ N(0, 1)         latent, the same for everyone
    education               skill plus noise, in four steps
    part_time               sex (women more often)               -> a proxy of sex
    postcode_area           origin (people live near one another) -> a proxy of origin
    log income              skill + age + part_time + noise
    merit                   skill + log income + noise
    fair label              merit > 0: would the loan be paid back?
    deserved                the fair label, as yes or no: the reference outcome, which nothing learns from
    approved                the fair label, but a deserved approval is withdrawn with a probability that
                            depends on sex and origin only: the label bias
    savings, late_payments, home_owner, years_employed: follow from skill, income and age
    application_date        independent of all
    missing values          income more often for women, savings more often for people from overseas

Rows are independent and identically distributed. Given age and part_time, merit is Gaussian, so the base rates
are finite sums of normal probabilities. The tests compute them and compare the rows with them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.schema import Schema
from core.errors import ConfigError

DEFAULT_ROWS: Final = 12_000
SEXES: Final = {"female": 0.48, "male": 0.52}
ORIGINS: Final = {"local": 0.60, "nearby": 0.22, "overseas": 0.18}
PART_TIME: Final = {"female": 0.38, "male": 0.10}
WITHDRAWN_BY_SEX: Final = {"female": 0.30, "male": 0.0}
WITHDRAWN_BY_ORIGIN: Final = {"local": 0.0, "nearby": 0.0, "overseas": 0.20}
INCOME_MISSING: Final = {"female": 0.12, "male": 0.04}
SAVINGS_MISSING: Final = {"local": 0.03, "nearby": 0.06, "overseas": 0.15}
AREAS: Final = {
    "local": (0.45, 0.35, 0.12, 0.08),
    "nearby": (0.20, 0.25, 0.40, 0.15),
    "overseas": (0.08, 0.12, 0.20, 0.60),
}
AREA_NAMES: Final = ("North", "Riverside", "Station", "Harbour")
EDUCATION: Final = ("school", "vocational", "bachelor", "master")

# log income = BASE + SKILL·skill + AGE·(age - 42) - PART·part_time + NOISE·n
_BASE, _SKILL, _AGE, _PART, _NOISE = 10.3, 0.30, 0.004, 0.35, 0.25
# merit = OFFSET + skill + INCOME·(log income - BASE) + MERIT_NOISE·n
_OFFSET, _INCOME, _MERIT_NOISE = 0.20, 0.8, 0.45


def demo_table(rows: int = DEFAULT_ROWS, seed: int = 0) -> Dataset:
    """Draw the demo as a dataset: target ``approved`` (positive ``yes``), sensitive ``sex`` and ``origin``.

    The built-in name ``demo`` has only ``sex`` as sensitive column; see `core.data.sources.load`.

    Raises:
        ConfigError: ``rows`` is below 1.

    >>> demo_table(3, seed=1).frame.shape
    (3, 14)
    """
    frame, _ = draw(rows, seed)
    return Dataset(name="demo", frame=frame, schema=demo_schema())


def demo_schema() -> Schema:
    """Return the schema of the demo table."""
    integer, number, text = Kind.INTEGER, Kind.NUMERICAL, Kind.CATEGORICAL
    sensitive, reason = Role.SENSITIVE, "Known: the demo is made this way."
    columns = (
        Column(name="application_date", kind=Kind.DATETIME, datetime_format="%Y-%m-%d", reason=reason),
        Column(name="age", kind=integer, reason=reason),
        Column(name="sex", kind=text, role=sensitive, reason=reason),
        Column(name="origin", kind=text, role=sensitive, reason=reason),
        Column(name="postcode_area", kind=text, reason=reason),
        Column(name="education", kind=text, reason=reason),
        Column(name="part_time", kind=Kind.BOOLEAN, reason=reason),
        Column(name="years_employed", kind=integer, reason=reason),
        Column(name="income", kind=number, reason=reason),
        Column(name="savings_ratio", kind=number, reason=reason),
        Column(name="late_payments", kind=integer, reason=reason),
        Column(name="home_owner", kind=text, reason=reason),
        Column(name="deserved", kind=text, role=Role.IGNORED, reason=reason),
        Column(name="approved", kind=text, role=Role.TARGET, reason=reason),
    )
    return Schema(columns=columns, positive="yes", favorable="positive", reference="deserved")


def ages() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the ages 18 to 75 and their probabilities: a discrete Gaussian around 42."""
    ages = np.arange(18, 76)
    weights = np.exp(-0.5 * ((ages - 42) / 14) ** 2)
    return ages, weights / weights.sum()


def draw(rows: int, seed: int) -> tuple[pd.DataFrame, NDArray[np.int8]]:
    """Draw the table, and the label that an unbiased decision gives its rows, shape (rows,).

    Raises:
        ConfigError: ``rows`` is below 1.
    """
    if rows < 1:
        raise ConfigError(f"The demo needs at least 1 row, not {rows}.", field="rows")
    random = np.random.default_rng(seed)
    sex = random.choice(list(SEXES), size=rows, p=list(SEXES.values()))
    origin = random.choice(list(ORIGINS), size=rows, p=list(ORIGINS.values()))
    age = random.choice(ages()[0], size=rows, p=ages()[1])
    skill = random.standard_normal(rows)
    part_time = random.random(rows) < _by_group(PART_TIME, sex)
    log_income = _BASE + _SKILL * skill + _AGE * (age - 42) - _PART * part_time + _NOISE * random.standard_normal(rows)
    merit = _OFFSET + skill + _INCOME * (log_income - _BASE) + _MERIT_NOISE * random.standard_normal(rows)
    fair = merit > 0
    kept = (1 - _by_group(WITHDRAWN_BY_SEX, sex)) * (1 - _by_group(WITHDRAWN_BY_ORIGIN, origin))
    approved = fair & (random.random(rows) < kept)

    steps = np.searchsorted([-0.4, 0.5, 1.4], skill + 0.6 * random.standard_normal(rows))
    savings = np.exp(-1.2 + 0.5 * skill + 0.5 * random.standard_normal(rows)).clip(0, 5).round(2)
    employed = (random.random(rows) * (age - 17)).astype(np.int64)
    late = random.poisson(np.exp(-0.3 - 0.7 * skill)).clip(max=12)
    owner_odds = 0.06 * (age - 45) + 1.5 * (log_income - _BASE)
    owner = random.random(rows) < 1 / (1 + np.exp(-owner_odds))
    days = random.integers(0, 730, rows)
    area_edges = np.cumsum(np.array([AREAS[one] for one in ORIGINS]), axis=1)[:, :-1]
    area = (random.random(rows)[:, None] >= area_edges[_index(ORIGINS, origin)]).sum(axis=1)
    income = np.exp(log_income).round(2)
    income[random.random(rows) < _by_group(INCOME_MISSING, sex)] = np.nan
    savings[random.random(rows) < _by_group(SAVINGS_MISSING, origin)] = np.nan

    frame = pd.DataFrame(
        {
            "application_date": (np.datetime64("2023-01-01") + days).astype("datetime64[us]"),
            "age": pd.array(age, dtype="Int64"),
            "sex": pd.array(sex, dtype="str"),
            "origin": pd.array(origin, dtype="str"),
            "postcode_area": pd.array(np.array(AREA_NAMES)[area], dtype="str"),
            "education": pd.array(np.array(EDUCATION)[steps], dtype="str"),
            "part_time": pd.array(part_time, dtype="boolean"),
            "years_employed": pd.array(employed, dtype="Int64"),
            "income": income,
            "savings_ratio": savings,
            "late_payments": pd.array(late, dtype="Int64"),
            "home_owner": pd.array(np.where(owner, "yes", "no"), dtype="str"),
            "deserved": pd.array(np.where(fair, "yes", "no"), dtype="str"),
            "approved": pd.array(np.where(approved, "yes", "no"), dtype="str"),
        }
    )
    return frame, fair.astype(np.int8)


def _index(shares: dict[str, float], groups: NDArray[np.str_]) -> NDArray[np.intp]:
    names = np.array(sorted(shares))
    places = np.array([list(shares).index(name) for name in names.tolist()], dtype=np.intp)
    return places[np.searchsorted(names, groups)]


def _by_group(values: dict[str, float], groups: NDArray[np.str_]) -> NDArray[np.float64]:
    return np.array(list(values.values()))[_index(values, groups)]
