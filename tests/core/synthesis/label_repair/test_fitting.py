"""Which train rows a score is learned from."""

import numpy as np
import pytest

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, TableEncoding, fit_encoding
from core.data.sources.demo import demo_table
from core.synthesis.label_repair import fitting


@pytest.fixture(scope="module")
def coded() -> tuple[TableEncoding, CodedRows]:
    table = demo_table(rows=1_200, seed=0)
    encoding = fit_encoding(table.frame, table.schema, EncodingSettings())
    return encoding, encoding.encode(table.frame, table.schema)


def test_of_a_large_table_some_rows_are_taken_in_proportion_to_groups_and_outcomes(
    coded: tuple[TableEncoding, CodedRows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MOST_ROWS", 500)
    encoding, rows = coded
    some = fitting.learned_rows(encoding, rows)
    assert len(some) == 500
    for field in ("groups", "target"):
        before, after = (np.bincount(getattr(one, field)) / len(one) for one in (rows, some))
        assert after == pytest.approx(before, abs=0.005)


def test_of_another_table_all_rows_are_taken(coded: tuple[TableEncoding, CodedRows]) -> None:
    assert fitting.learned_rows(*coded) is coded[1]
