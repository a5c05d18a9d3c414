"""Spellings of one value are told apart from other values."""

from __future__ import annotations

import pytest

from core.data.label_spelling import spellings


@pytest.mark.parametrize(
    ("told", "known", "meant"),
    [
        (["yes", "NO "], {"Yes", "No"}, {"yes": "Yes", "NO ": "No"}),
        ([">50K.", "<=50K."], {">50K", "<=50K"}, {">50K.": ">50K", "<=50K.": "<=50K"}),
        (["1.0", "0.0", "2"], {"0", "1"}, {"1.0": "1", "0.0": "0"}),
        (["1", "0"], {"True", "False"}, {"1": "True", "0": "False"}),
        (["y", "n"], {"1", "0"}, {"y": "1", "n": "0"}),
        (["1e3"], {"1000"}, {"1e3": "1000"}),
        (["1", "2"], {"Yes", "No"}, {}),  # which is which is not certain
        (["yes"], {"Yes", "YES"}, {}),
        (["7"], {"007"}, {}),
        (["Male"], {"M", "F"}, {}),
        (["f"], {"M", "F"}, {"f": "F"}),
        (["true"], {"1", "2"}, {}),
        (["Yes"], {"Yes", "No"}, {}),
    ],
)
def test_spellings(told: list[str], known: set[str], meant: dict[str, str]) -> None:
    assert spellings(told, known) == meant
