"""What is handed on tells of no group of few people, neither directly nor by subtraction from a total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.records import Record, Status
from core.audit.statistics.marginals import Marginal, marginal
from core.data.column import Column, Kind, Role
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.evidence import EXACT_ROWS, Evidence
from core.report.handed_on import WITHHELD, Disclosure, disclosure, pooled, rounding
from core.report.output.html import render

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE, reason="It holds ‘Diverse’."),
        Column(name="age", kind=Kind.INTEGER),
        Column(name="hired", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive="yes",
)
LEAST = 10


def rates(sizes: dict[str, int], positives: dict[str, int], source: str = "original") -> list[Record]:
    base = {"source": source, "protocol": "data", "metric": "base_rate", "positive": "yes"}
    groups = [
        Record(**base, sensitive="sex", group=name, value=positives[name] / n, low=0.0, high=1.0, n=n)
        for name, n in sizes.items()
    ]
    n = sum(sizes.values())
    return [*groups, Record(**base, value=sum(positives.values()) / n, n=n)]


def of(records: list[Record], least: int = LEAST) -> tuple[Disclosure, list[Record]]:
    found = disclosure(records, SCHEMA, least)
    return found, found.records(records)


def test_small_groups_lose_name_rate_and_count_and_share_one_record() -> None:
    sizes = {"women": 500, "men": 480, "Diverse": 3, "Other": 2}
    records = [
        record
        for source in ("original", "synthetic")
        for record in rates(sizes, dict.fromkeys(sizes, 1), source=source)
    ]
    _, shown = of(records)
    text = " ".join(record.model_dump_json() for record in shown)
    assert "Diverse" not in text
    assert "Other" not in text
    hidden = [record for record in shown if record.status is Status.WITHHELD]
    assert [(one.source, one.group) for one in hidden] == [
        ("original", "(fewer than 10)"),
        ("synthetic", "(fewer than 10)"),
    ]
    assert all((one.value, one.low, one.high, one.n) == (None, None, None, None) for one in hidden)


@settings(max_examples=60, deadline=None)
@given(st.integers(10, 3000), st.integers(10, 3000), st.integers(1, 9), st.data())
def test_no_hidden_group_can_be_had_by_subtraction(one: int, two: int, few: int, data: st.DataObject) -> None:
    sizes = {"women": one, "men": two, "Diverse": few}
    positives = {name: data.draw(st.integers(0, n)) for name, n in sizes.items()}
    _, shown = of(rates(sizes, positives))
    *groups, total = shown
    visible = [record for record in groups if record.status is not Status.WITHHELD]
    assert len(visible) == 2
    left = total.n - sum(record.n for record in visible)
    for possible in (1, 9):  # both fit what is shown: each n was rounded by up to half of the least
        assert abs(left - possible) <= LEAST / 2 * len(visible) + 9
    assert all(record.n % LEAST == 0 for record in visible)
    for record, name in zip(visible, ("women", "men"), strict=True):
        step = abs(record.value - positives[name] / sizes[name])
        assert step <= 0.05 + 1e-9
    # Two different tables, one with one positive outcome more in the hidden group, give the same figures of groups.
    moved = positives | {"Diverse": positives["Diverse"] - 1 if positives["Diverse"] else 1}
    assert [record.value for record in of(rates(sizes, moved))[1][:-1]] == [record.value for record in groups]


@pytest.mark.parametrize("value", [1e308, float("inf")])
def test_a_number_without_decimals_is_not_rounded(value: float) -> None:
    records = [*rates({"women": 500, "few": 3}, {"women": 200, "few": 1}, source="original")]
    large = records[0].model_copy(update={"metric": "odds_ratio", "group": None, "value": value, "high": value})
    _, shown = of([*records, large])
    (kept,) = [one for one in shown if one.metric == "odds_ratio"]
    assert (kept.value, kept.high) == (value, value)


def test_a_rate_of_few_rows_of_a_large_group_is_withheld_and_keeps_its_name() -> None:
    records = rates({"women": 500, "men": 480}, {"women": 100, "men": 90})
    few = Record(
        source="original", protocol="B", metric="true_positive_rate", sensitive="sex", group="men", n=7, value=1.0
    )
    _, shown = of([*records, few])
    assert (shown[-1].group, shown[-1].status, shown[-1].value) == ("men", Status.WITHHELD, None)


def test_nothing_changes_where_all_groups_are_large_or_the_setting_shows_all() -> None:
    records = rates({"women": 512, "men": 487}, {"women": 101, "men": 93})
    assert of(records)[1] == records
    assert of(records)[0].notes == []
    small = rates({"women": 512, "men": 3}, {"women": 101, "men": 2})
    assert of(small, least=1)[1] == small


def test_texts_keep_columns_and_shown_groups_and_lose_cells() -> None:
    found, _ = of(rates({"women": 500, "men": 480, "Diverse": 3}, {"women": 1, "men": 1, "Diverse": 1}))
    assert found.text("Column 'age': ' ' and 'Anna Meier' are no numbers.") == (
        f"Column 'age': ' ' and '{WITHHELD}' are no numbers."
    )
    assert found.text("Left out: 'Diverse', \"D'Arcy\". The men's rate is of “women”.") == (
        f"Left out: '{WITHHELD}', \"{WITHHELD}\". The men's rate is of “women”."
    )
    assert "Diverse" not in found.text("Diverse people differ.")
    assert found.facts({"a": ["'Anna'", 3], "b": None}) == {"a": [f"'{WITHHELD}'", 3], "b": None}
    assert "Diverse" not in found.schema(SCHEMA).model_dump_json()


@pytest.mark.parametrize("kind", ["categorical", "numerical", "integer"])
def test_a_distribution_shows_no_bin_of_few_people(kind: str) -> None:
    rng = np.random.default_rng(0)
    if kind == "categorical":
        values: list[object] = ["a"] * 300 + ["b"] * 80 + ["Zwingli"] + ["Single House"] * 2
    else:
        values = [*rng.integers(0, 40, 300).tolist(), 97, 60, 61]
    frame = pd.DataFrame({"x": pd.Series(values).astype({"categorical": "str"}.get(kind, "float64"))})
    frame = frame.astype("Int64") if kind == "integer" else frame
    schema = Schema(columns=(Column(name="x", kind=kind), Column(name="y", kind="boolean", role=Role.TARGET)))
    real = marginal(schema, "x", {"original": frame, "synthetic": frame.head(200)})
    found = pooled(real, LEAST, len(frame), "(fewer than 10)")
    assert isinstance(found, Marginal)
    mine = found.bins[found.bins["source"] == "original"]
    counts = np.rint(mine["share"] * len(frame))
    named = mine["label"] != "(fewer than 10)"
    assert (counts[named] >= LEAST).all()
    assert mine["share"].sum() == pytest.approx(1.0)
    assert not {"Zwingli", "Single House"} & set(found.bins["label"])
    assert list(found.bins.columns) == list(real.bins.columns)


@settings(max_examples=200, deadline=None)
@given(st.integers(EXACT_ROWS, 5000), st.data())
def test_a_rate_of_100_people_is_the_same_on_screen_and_in_print(n: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, n).filter(lambda count: (200 * count) % n or not (200 * count // n) % 2))
    sizes, positives = {"women": n, "few": 3}, {"women": yes, "few": 1}
    records = rates(sizes, positives)
    _, shown = of(records)
    (exact,) = [one for one in records if one.group == "women"]
    (printed,) = [one for one in shown if one.group == "women"]
    assert f"{100 * printed.value:.0f}" == f"{100 * exact.value:.0f}"


def test_a_rate_of_fewer_rows_is_said_to_be_about_what_it_is() -> None:
    records = rates({"women": 500, "men": 60, "few": 3}, {"women": 163, "men": 20, "few": 1})
    exact, printed = Evidence(records, SCHEMA), Evidence(of(records)[1], SCHEMA)
    assert [exact.people(one) for one in records[:2]] == ["33", "33"]
    assert [printed.people(one) for one in of(records)[1][:2]] == ["33", "about 34"]


def test_a_table_of_rounded_figures_says_so() -> None:
    records = rates({"women": 500, "men": 480, "few": 3}, {"women": 100, "men": 90, "few": 1})
    said = rounding(of(records)[1])
    assert "rounded" in said
    assert rounding(records) == ""
    html = render("people", of(records)[1], conclude(of(records)[1], SCHEMA), [], {})
    assert said in html
    assert "are rounded, so that no small group" not in render("people", records, conclude(records, SCHEMA), [], {})


def test_withheld_values_of_one_sentence_are_counted() -> None:
    found, _ = of(rates({"women": 500, "men": 480, "few": 3}, {"women": 1, "men": 1, "few": 1}))
    assert found.text("write ' women' and 'Women' as 'women' (20 rows).") == (
        "write 2 withheld values as 'women' (20 rows)."
    )
