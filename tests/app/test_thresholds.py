"""Thresholds on the Audit page: sliders, what follows, and thresholds to hand on."""

import time

import numpy as np
import pytest

from core.app.threshold_explorer import BUTTON, EACH
from tests.app.seen import open_section, upload, words
from tests.app.test_decisions import csv, press, table


@pytest.fixture
def audited(opened):
    page = opened("data")
    upload(page, "decided.csv", csv())
    page.switch_page("pages/audit.py").run()
    press(page)
    return open_section(page, "thresholds")


def _at(page, title):
    """The table under a subheader that begins with ``title``."""
    for frame in page.dataframe:
        if title in frame.value.columns:
            return frame.value
    raise AssertionError(title)


def test_rates_follow_the_slider(audited):
    rows = table()
    slider = next(one for one in audited.slider if one.label == "Selects from this score on")
    assert slider.value == rows.loc[rows["y_pred"] == 1, "score"].min() or slider.value == pytest.approx(0.5, abs=0.01)
    slider.set_value(0.3).run()
    assert not audited.exception
    shown = _at(audited, "than today")
    for sex in "fm":
        mine = rows[rows["sex"] == sex]
        wanted = 1000 * (mine["score"] >= 0.3).mean()
        assert shown.loc[shown["group"] == sex, "favourable"].item() == f"{wanted:.0f}"
    assert "Who gets the favourable decision, score, sex" in words(audited)


def test_each_group_can_have_a_threshold_and_a_marked_point_moves_both(audited):
    kind = next(one for one in audited.segmented_control if one.label == "Thresholds")
    kind.set_value(EACH).run()
    start = next(one for one in audited.selectbox if one.label == "Start from")
    start.set_value("equal selection rates").run()
    assert not audited.exception
    sliders = [one for one in audited.slider if one.label.endswith("selects from")]
    assert len(sliders) == 2
    assert sliders[0].value < sliders[1].value
    shown = _at(audited, "than today")
    assert np.ptp(shown["favourable"].astype(int)) < 80


def test_thresholds_are_chosen_on_request_and_what_is_against_them_is_said(audited):
    assert "Laws against discrimination may forbid that." in words(audited)
    assert "What each rule costs" not in words(audited)
    press(audited, BUTTON)
    assert "What each rule costs, score, sex" in words(audited)
    open_section(audited, "rule details")
    assert "Less discriminatory alternatives, sex" in words(audited)
    assert [one.label for one in audited.get("download_button")].count("Download the thresholds (CSV)") == 1


def test_labels_alone_have_no_thresholds(opened):
    page = opened("data")
    upload(page, "decided.csv", csv())
    page.multiselect(key="scores").set_value([]).run()
    page.switch_page("pages/audit.py").run()
    press(page)
    assert "What another threshold would do" not in words(page)


def test_a_moved_slider_is_followed_within_200_ms_on_100_000_rows():
    from core.audit.thresholds.explorer import Explorer
    from core.report.charts.thresholds import figures
    from tests.core.audit.thresholds.made import rows

    found = Explorer.of(rows(100_000))
    thresholds = np.full(3, 0.4)
    figures(found, thresholds, found.shared, "m", "group")  # altair is imported once
    start = time.perf_counter()
    figures(found, thresholds + 0.01, found.shared, "m", "group")
    assert time.perf_counter() - start < 0.2
