"""The card “Check your data” of the page Data."""

import io

import numpy as np
import pandas as pd
import pytest

from tests.app.seen import upload, words

N = 120
RNG = np.random.default_rng(0)


def odd_table() -> pd.DataFrame:
    hired = RNG.choice(["yes", "no"], N, p=[0.4, 0.6])
    sex = np.where(RNG.random(N) < 0.5, "Female", "Male")
    sex[:10] = "male "
    sex[10:15] = ""
    return pd.DataFrame(
        {
            "sex": sex,
            "years": RNG.normal(10, 3, N).round(3),
            "points": RNG.normal(0, 1, N).round(3),
            "letter": np.where(hired == "yes", "offer", "regret"),
            "country": "DE",
            "fnlwgt": RNG.integers(100, 900, N),
            "hired": hired,
        }
    )


def csv_bytes(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_csv(buffer, index=False)
    return buffer.getvalue()


@pytest.fixture
def page(opened):
    page = opened("data")
    frame = odd_table()
    return upload(page, "odd.csv", csv_bytes(pd.concat([frame, frame.iloc[:8]])))


def press(page, key):
    page.button(key=f"check-{key}").click().run()
    assert not page.exception


def test_everything_is_found_and_each_remedy_is_an_edit_with_a_way_back(page):
    seen = words(page)
    assert "'Male' and 'male '" in seen
    assert "8 of 128 rows are the same as an earlier row" in seen
    for key in ("merge:sex", "exclude:letter", "drop-duplicates", "exclude:fnlwgt", "drop-missing:sex"):
        press(page, key)
    press(page, "exclude:country")
    seen = words(page)
    assert "115 rows, 7 columns" in seen
    assert "differ only in case" not in seen
    assert "keep one of each row (8 rows)" in seen
    roles = page.session_state["dataset"].schema
    assert roles.features == ["years", "points"]
    assert set(page.session_state["dataset"].frame["sex"]) == {"Male", "Female"}
    press(page, "undo-merge:sex")
    press(page, "undo-exclude:letter")
    seen = words(page)
    assert "'Male' and 'male '" in seen
    assert page.session_state["dataset"].schema.features == ["years", "points", "letter"]
    assert page.button(key="check-merge:sex").label == "Merge spellings"


def test_what_is_decided_is_kept_when_roles_change(page):
    press(page, "merge:sex")
    page.multiselect(key="sensitive").set_value(["sex", "letter"]).run()
    assert not page.exception
    assert [edit.name for edit in page.session_state["dataset"].schema.edits] == ["merge:sex"]
    press(page, "exclude:country")
    page.session_state["dataset"].schema.column("country")
    assert "male " not in set(page.session_state["dataset"].frame["sex"])


def test_merged_spellings_of_the_outcome_are_one_value(opened):
    frame = odd_table().drop(columns="letter")
    frame.loc[:20, "hired"] = frame.loc[:20, "hired"].str.upper()
    page = upload(opened("data"), "odd.csv", csv_bytes(frame))
    assert "Outcome 'hired' has values that differ only in case" in words(page)
    press(page, "merge:hired")
    assert list(page.selectbox(key="positive").options) == ["no", "yes"]


def test_nothing_to_decide_is_said_in_one_line(opened):
    frame = odd_table()[["sex", "years", "points", "hired"]].replace({"sex": {"male ": "Male", "": "Female"}})
    page = upload(opened("data"), "even.csv", csv_bytes(frame))
    assert "**Check your data:** nothing found that you need to decide on." in words(page)


def test_a_relation_is_listed_and_can_be_refused(opened):
    frame = odd_table()[["sex", "hired"]].replace({"sex": {"male ": "Male", "": "Female"}})
    frame["base"], frame["bonus"] = RNG.integers(1_000, 5_000, N), RNG.integers(10, 900, N)
    frame["total"] = frame["base"] + frame["bonus"]
    page = upload(opened("data"), "pay.csv", csv_bytes(frame))
    assert "total = base + bonus" in words(page)
    press(page, "refuse:total = base + bonus")
    assert page.session_state["dataset"].schema.refused_relations == {"total = base + bonus"}
    assert "do not keep 'total = base + bonus' in generated rows" in words(page)
