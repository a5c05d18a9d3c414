"""Small made tables with the header and the values of published ones, as the bytes of their files. All are seeded."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd

from core.data.sources import bank, german, law

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def in_zip(member: str, content: bytes) -> bytes:
    """A zip of one file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return whole.getvalue()


def of_german(good: int = 700, bad: int = 300) -> bytes:
    """``german.data``: no header, values between blanks."""
    rng, rows = np.random.default_rng(1), good + bad
    columns: dict[str, object] = {}
    for name in german.HEADER:
        if name in german.CODES:
            prefix, ends = german.CODES[name]
            columns[name] = rng.choice([prefix + end for end in ends], rows)
    columns |= {
        "duration_months": rng.integers(4, 73, rows),
        "purpose": rng.choice(["A40", "A41", "A42", "A43", "A46", "A49", "A410"], rows),
        "credit_amount": rng.integers(250, 18_425, rows),
        "installment_rate": rng.integers(1, 5, rows),
        "personal_status": rng.choice(["A91", "A92", "A93", "A94"], rows, p=[0.05, 0.31, 0.55, 0.09]),
        "residence_since": rng.integers(1, 5, rows),
        "age": rng.integers(19, 76, rows),
        "credits_here": rng.integers(1, 5, rows),
        "dependents": rng.integers(1, 3, rows),
        "risk": rng.permutation([1] * good + [2] * bad),
    }
    table = pd.DataFrame(columns)[list(german.HEADER)]
    return "".join(" ".join(map(str, row)) + " \n" for row in table.itertuples(index=False)).encode()


def of_bank(yes: int = 5289, no: int = 39_922) -> bytes:
    """``bank-full.csv``: semicolons, text in quotes, as UCI's zip holds it."""
    rng, rows = np.random.default_rng(2), yes + no
    texts = {name: sorted(known) for name, known in bank.VALUES.items()}
    columns: dict[str, object] = {name: rng.choice(known, rows) for name, known in texts.items()}
    columns |= {
        "age": rng.integers(18, 96, rows),
        "job": rng.choice(["admin.", "blue-collar", "management", "retired", "student", "unknown"], rows),
        "balance": rng.integers(-800, 5000, rows),
        "day": rng.integers(1, 32, rows),
        "month": rng.choice(MONTHS, rows),
        "duration": rng.integers(0, 900, rows),
        "campaign": rng.integers(1, 10, rows),
        "pdays": np.where(rng.random(rows) < 0.8, -1, rng.integers(1, 400, rows)),
        "previous": rng.integers(0, 5, rows),
        "y": rng.permutation(["yes"] * yes + ["no"] * no),
    }
    return semicolons(pd.DataFrame(columns)[list(bank.HEADER)])


def semicolons(table: pd.DataFrame) -> bytes:
    """A file with semicolons and text in quotes."""
    return table.to_csv(index=False, sep=";", quoting=2).encode()


def of_law(rows: int = law.ROWS) -> bytes:
    """``law_school_clean.csv``: whole numbers with a decimal point."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "decile1b": rng.integers(1, 11, rows).astype(float),
            "decile3": rng.integers(1, 11, rows).astype(float),
            "lsat": np.round(2 * rng.normal(37, 5, rows)) / 2,
            "ugpa": np.round(rng.normal(3.2, 0.4, rows), 1),
            "zfygpa": np.round(rng.normal(0, 1, rows), 2),
            "zgpa": np.round(rng.normal(0, 1, rows), 2),
            "fulltime": rng.choice([1.0, 2.0], rows, p=[0.92, 0.08]),
            "fam_inc": rng.integers(1, 6, rows).astype(float),
            "male": rng.choice([0.0, 1.0], rows),
            "tier": rng.integers(1, 7, rows).astype(float),
            "race": rng.choice(["White", "Non-White"], rows, p=[0.84, 0.16]),
            "pass_bar": rng.choice([0.0, 1.0], rows, p=[0.11, 0.89]),
        }
    )
    return table.to_csv(index=False).encode()


def of_acs_income(rows: int = 3000) -> bytes:
    """``psam_p01.csv`` with more columns than are used; children have no income."""
    rng = np.random.default_rng(4)
    age = rng.integers(0, 95, rows)
    child = age < 16
    table = pd.DataFrame(
        {
            "RT": "P",
            "SERIALNO": [f"2018GQ{place:07d}" for place in range(rows)],
            "ST": "01",
            "PWGTP": rng.integers(1, 300, rows),
            "AGEP": age,
            "COW": np.where(child, "", rng.integers(1, 9, rows).astype(str)),
            "SCHL": [f"{value:02d}" for value in rng.integers(1, 25, rows)],
            "MAR": rng.integers(1, 6, rows),
            "OCCP": np.where(child, "", rng.choice(["0010", "0440", "2310", "4720", "9130"], rows)),
            "POBP": [f"{value:03d}" for value in rng.choice([1, 13, 28, 303], rows)],
            "RELP": rng.integers(0, 18, rows),
            "WKHP": np.where(child, "", rng.integers(1, 80, rows).astype(str)),
            "SEX": rng.integers(1, 3, rows),
            "RAC1P": rng.choice(range(1, 10), rows, p=[0.6, 0.25, 0.02, 0.01, 0.02, 0.04, 0.01, 0.02, 0.03]),
            "PINCP": np.where(child, "", np.round(rng.lognormal(10.4, 0.8, rows)).astype(int).astype(str)),
        }
    )
    return table.to_csv(index=False).encode()


def of_students(rows: int = 395) -> bytes:
    """``student-mat.csv`` of UCI's student performance: semicolons, text in quotes, grades from 0 to 20."""
    rng = np.random.default_rng(5)
    grade = np.clip(np.round(rng.normal(10.5, 3.5, (rows, 1)) + rng.normal(0, 1, (rows, 3))), 0, 20).astype(int)
    either = {name: rng.choice(["yes", "no"], rows) for name in ("schoolsup", "famsup", "paid", "higher", "internet")}
    parts = {
        "school": rng.choice(["GP", "MS"], rows, p=[0.88, 0.12]),
        "sex": rng.choice(["F", "M"], rows),
        "age": rng.integers(15, 20, rows),
        "address": rng.choice(["U", "R"], rows),
        "Pstatus": rng.choice(["T", "A"], rows),
        "Medu": rng.integers(0, 5, rows),
        "Mjob": rng.choice(["at_home", "health", "other", "services", "teacher"], rows),
        "studytime": rng.integers(1, 5, rows),
        "failures": rng.integers(0, 4, rows),
        **either,
        "absences": rng.integers(0, 30, rows),
        **{f"G{place + 1}": grade[:, place] for place in range(3)},
    }
    return semicolons(pd.DataFrame(parts))


def of_aequitas(rows: int = 800) -> bytes:
    """``compas_for_aequitas.csv``: a binary score, the label, and attributes."""
    rng = np.random.default_rng(6)
    label = rng.integers(0, 2, rows)
    score = np.where(rng.random(rows) < 0.65, label, 1 - label)
    table = pd.DataFrame(
        {
            "entity_id": np.arange(1, rows + 1),
            "score": score.astype(float),
            "label_value": label,
            "race": rng.choice(["African-American", "Caucasian", "Hispanic", "Other"], rows, p=[0.5, 0.34, 0.1, 0.06]),
            "sex": rng.choice(["Male", "Female"], rows, p=[0.8, 0.2]),
            "age_cat": rng.choice(["25 - 45", "Greater than 45", "Less than 25"], rows),
        }
    )
    return table.to_csv(index=False).encode()
