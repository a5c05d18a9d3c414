"""A made file of 1,500 employees in the form of an export from Excel. The same seed gives the same bytes.

Its forms: identifiers without pattern, birth dates ``31.12.1985``, German postcodes with leading zeros, salaries like
``€1,234.50``, blanks in the sensitive column, and ``Yes``/``No``. Fewer women than men are promoted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

ROWS = 1500
ROLES = {"target": "Promoted", "positive": "Yes", "sensitive": ["Gender"]}
FORMS = {
    "Employee ID": r"E\d{6,7}",
    "Birth date": r"\d{2}\.\d{2}\.\d{4}",
    "Postcode": r"\d{5}",
    "Gender": "Female|Male|",
    "Years here": r"\d{1,2}\.\d",
    "Monthly salary": r"€\d{1,3}(,\d{3})*\.\d{2}",
    "Part time": "Yes|No",
    "Promoted": "Yes|No",
}
POSTCODES = ("01067", "04109", "06108", "10115", "20095", "50667", "80331", "99084")


def employees(rows: int = ROWS, seed: int = 0) -> pd.DataFrame:
    """The rows as text, as the file writes them."""
    rng = np.random.default_rng(seed)
    gender = rng.choice(["Female", "Male", ""], rows, p=[0.44, 0.5, 0.06])
    born = pd.Timestamp("1958-01-01") + pd.to_timedelta(rng.integers(0, 365 * 43, rows), unit="D")
    years = np.round(rng.gamma(2.0, 4.0, rows), 1)
    pay = np.round(rng.normal(2900, 500, rows) + 60 * years + 250 * (gender == "Male"), 2).clip(1100)
    score = 0.6 * (pay - pay.mean()) / pay.std() + 0.5 * (gender == "Male") + rng.normal(0, 1, rows)
    return pd.DataFrame(
        {
            "Employee ID": [f"E{number:06d}" for number in rng.choice(10**6, rows, replace=False)],
            "Birth date": [day.strftime("%d.%m.%Y") for day in born],
            "Postcode": rng.choice(POSTCODES, rows),
            "Gender": gender,
            "Department": rng.choice(["IT", "Sales", "Logistics", "Finance"], rows, p=[0.3, 0.3, 0.25, 0.15]),
            "Years here": [f"{one:.1f}" for one in years],
            "Monthly salary": [f"€{one:,.2f}" for one in pay],
            "Part time": rng.choice(["Yes", "No"], rows, p=[0.25, 0.75]),
            "Promoted": np.where(score > np.quantile(score, 0.72), "Yes", "No"),
        },
        dtype="str",
    )


def employee_file(rows: int = ROWS, seed: int = 0) -> bytes:
    """The rows as a CSV file."""
    return employees(rows, seed).to_csv(index=False).encode()


def check_forms(rows: pd.DataFrame) -> None:
    """Check that made rows have the forms of the file, and no identifier of a real employee."""
    real = employees()
    assert list(rows.columns) == list(real.columns)
    for name, form in FORMS.items():
        assert rows[name].str.fullmatch(form).all(), (name, rows[name][~rows[name].str.fullmatch(form)].head().tolist())
    assert not set(rows["Employee ID"]) & set(real["Employee ID"])
    assert set(rows["Postcode"]) <= set(POSTCODES)
    assert (rows["Gender"] == "").any()
    born = pd.to_datetime(rows["Birth date"], format="%d.%m.%Y")
    assert born.between(*(pd.to_datetime(real["Birth date"], format="%d.%m.%Y").agg(["min", "max"]))).all()
    assert rows["Monthly salary"].nunique() > len(rows) / 4
