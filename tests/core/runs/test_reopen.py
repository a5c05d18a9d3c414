import pandas as pd
import pytest

from core.data.sources.catalog import load
from core.runs.reopen import reopened
from core.runs.store import RunFolder


@pytest.mark.parametrize("official", [True, False])
def test_the_rows_of_a_run_come_back_whole(tmp_path, official):
    demo = load("demo", rows=60)
    folder = RunFolder.create(tmp_path / "one")
    folder.save_schema(demo.schema)
    folder.save_manifest({"name": "demo", "official_split": official})
    folder.save_table("train", demo.frame[:50])
    folder.save_table("holdout", demo.frame[50:])
    again = reopened(folder)
    assert again.schema == demo.schema
    parts = [again.frame] if again.holdout is None else [again.frame, again.holdout]
    assert (again.holdout is None) is not official
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), demo.frame)
