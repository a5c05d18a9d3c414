from dataclasses import replace

import pytest

from core import pipeline
from core.config import run_config
from core.data.sources.load import load
from core.modalities.reopen import reopened


@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_made_again_learns_from_the_same_rows(tmp_path, seed):
    first = pipeline.prepare(load("demo", rows=80), run_config(seed=0), tmp_path / "one")
    again = reopened(first)
    assert again.schema == first.schema.read()
    assert "its hold-out rows stay held out" in again.notes[0]
    second = pipeline.prepare(again, run_config(seed=seed), tmp_path / "two")
    assert second.manifest.read()["sha256"] == first.manifest.read()["sha256"]
    assert second.manifest.read()["official_split"] is False
    assert any("those that an earlier run drew from the table" in note for note in second.notes.read())


def test_an_official_test_file_stays_one(tmp_path):
    demo = load("demo", rows=160)
    given = replace(demo, frame=demo.frame[:80], holdout=demo.frame[80:].reset_index(drop=True))
    first = pipeline.prepare(given, run_config(), tmp_path / "one")
    assert reopened(first).official
