"""Numbers as people write them: read as numbers, drawn, and written back in the same form."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.column import Kind, Role
from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import fill_schema_columns, fit_encoding
from core.data.io.table_writer import csv_text
from core.data.sources.load import load

RNG = np.random.default_rng(3)
ROWS = 300
V = RNG.integers(1_500, 98_000, ROWS)


def german(number: float) -> str:
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,"))


def indian(number: float) -> str:
    whole, fraction = f"{number:.2f}".split(".")
    return f"{re.sub(r'(?<=[0-9])(?=([0-9]{2})+$)', ',', whole[:-3])},{whole[-3:]}.{fraction}"


SIBLINGS = {
    "german money": ([f"{german(v + 0.5)} €" for v in V], V + 0.5, r"[1-9]\d{0,2}(\.\d{3})*,[05]0 €"),
    "accounting": ([f"({v:,}.00)" if v % 2 else f"{v:,}.00" for v in V], np.where(V % 2, -V, V), r"\(?[\d,]+\.00\)?"),
    "Swiss francs": ([f"CHF {v:,}.50".replace(",", "'") for v in V], V + 0.5, r"CHF [1-9]\d{0,2}('\d{3})*\.[05]0"),
    "percent with comma": ([f"{v % 1000 / 10:.1f} %".replace(".", ",") for v in V], V % 1000 / 10, r"\d{1,2},\d %"),
    "hundreds": ([f"${100 * (v // 100):,}" for v in V], 100 * (V // 100), r"\$[1-9]\d{0,2}(,\d{3})*"),
    "prices in .99": ([f"{v // 1000}.99" for v in V], V // 1000 + 0.99, r"\d{1,2}\.99"),
    "euros in ,99": ([f"{german(v // 100 + 0.99)} €" for v in V], V // 100 + 0.99, r"\d{2,3},99 €"),
    "rupees": ([f"₹{indian(37.5 * v)}" for v in V], 37.5 * V, r"₹[1-9]\d?(,\d\d)*,\d{3}\.[05]0"),
    "percent in parentheses": (
        [f"({v % 900 / 10 + 1:.1f}%)" if v % 2 else f"{v % 900 / 10 + 1:.1f}%" for v in V],
        np.where(V % 2, -1, 1) * (V % 900 / 10 + 1),
        r"\d{1,2}\.\d%|\(\d{1,2}\.\d%\)",
    ),
    "words for missing": (["n/a" if v % 9 == 0 else f"£{v:,}" for v in V], np.where(V % 9, V, np.nan), r"n/a|£[\d,]+"),
}


def drawn(path: Path, **roles: object) -> tuple[list[str], pd.DataFrame]:
    """Return notes, and the text of rows that the encoding draws."""
    data = load(path, **roles)
    encoding = fit_encoding(data.frame, data.schema, EncodingSettings())
    rows = encoding.decode(encoding.encode(data.frame, data.schema), np.random.default_rng(0))
    rows = fill_schema_columns(rows, data.schema)
    out = path.with_name("out.csv")
    out.write_text(csv_text(rows, data.schema))
    return list(data.notes), pd.read_csv(out, dtype="str", keep_default_na=False)


def test_10_money_and_percent(cases: Path, tmp_path: Path) -> None:
    source = tmp_path / "input.csv"
    source.write_bytes((cases / "10-money-percent-short-dates/input.csv").read_bytes())
    real = load(source, target="approved", positive="1", sensitive=["sex"])
    assert [real.schema.column(name).kind for name in ("income", "net", "use")] == ["integer", "integer", "numerical"]
    assert real.frame.loc[0, ["income", "net", "use"]].tolist() == [70936, 71936, 61.9]
    assert real.frame["income"].corr(real.frame["approved"].astype(float)) > 0.7
    notes, rows = drawn(source, target="approved", positive="1", sensitive=["sex"])
    assert any("'income' was read as numbers with a comma between thousands and '$' before" in note for note in notes)
    for name, form in (("income", r"\$\d{1,2},\d{3}"), ("net", r"\d{1,2},\d{3}"), ("use", r"\d{1,2}\.\d%")):
        assert rows[name].str.fullmatch(form).all()
        assert rows[name].nunique() > 100


@pytest.mark.parametrize("kind", SIBLINGS)
def test_siblings_of_10(kind: str, tmp_path: Path) -> None:
    texts, numbers, form = SIBLINGS[kind]
    frame = pd.DataFrame(
        {"pay": texts, "sex": RNG.choice(["F", "M"], ROWS), "hired": np.where(V > 45_000, "yes", "no")}
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    real = load(tmp_path / "t.csv", target="hired", positive="yes", sensitive=["sex"])
    read = real.frame["pay"].to_numpy(dtype=float, na_value=np.nan)
    assert np.allclose(read, np.asarray(numbers, dtype=float), equal_nan=True)
    assert csv_text(real.frame, real.schema) == (tmp_path / "t.csv").read_text()
    _, rows = drawn(tmp_path / "t.csv", target="hired", positive="yes", sensitive=["sex"])
    assert rows["pay"].str.fullmatch(form).all()
    if kind == "hundreds":
        assert rows["pay"].str.endswith("00").all()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_codes_keep_their_width_and_identifiers_are_new(suffix: str, tmp_path: Path) -> None:
    codes = RNG.choice(["01067", "04109", "10115", "80331"], ROWS)
    frame = pd.DataFrame(
        {
            "matriculation": [str(number) for number in RNG.permutation(np.arange(70_000, 70_000 + ROWS))],
            "badge": [f"E-{number:05d}" for number in range(1, ROWS + 1)],
            "mail": [f"p{number}.x@firm.com" for number in range(ROWS)],
            "postcode": codes,
            "zip": RNG.choice([10115, 20095, 80331], ROWS),
            "age": RNG.integers(18, 67, ROWS),
            "sex": RNG.choice(["F", "M"], ROWS),
            "hired": np.where(V > 45_000, "yes", "no"),
        }
    )
    path = tmp_path / f"t{suffix}"
    {".csv": frame.to_csv, ".xlsx": frame.to_excel, ".parquet": frame.to_parquet}[suffix](path, index=False)
    schema = load(path).schema
    identifiers = ["matriculation", "badge", "mail"]
    assert [schema.column(name).kind for name in identifiers] == [Kind.IDENTIFIER] * 3
    assert [schema.column(name).role for name in identifiers] == [Role.IGNORED] * 3
    assert [schema.column(name).kind for name in ("postcode", "zip", "age")] == [
        "categorical",
        "categorical",
        "integer",
    ]
    _, rows = drawn(path)
    assert rows["postcode"].isin(codes).all()
    for name, form in zip(identifiers, (r"\d{5}", r"E-\d{5}", r"person\d+@example\.invalid"), strict=True):
        assert rows[name].str.fullmatch(re.compile(form)).all()
        assert rows[name].is_unique
        assert not rows[name].isin(frame[name]).any()
