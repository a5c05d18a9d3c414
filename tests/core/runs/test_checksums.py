import numpy as np
import pandas as pd
import pytest

from core.audit.records import Record
from core.errors import RunError
from core.runs.artifacts import RealLatents
from core.runs.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


def test_hashes_cover_what_is_made_but_not_the_real_rows(folder):
    folder.metrics.save([])
    for name in ("train", "holdout", "student"):
        folder.artifacts.save_table(name, pd.DataFrame({"a": [1]}))
    folder.artifacts.save_latents("teacher", RealLatents(np.zeros((2, 1)), np.zeros((1, 1))))
    assert set(folder.checksums.for_report()) == {"metrics.json", "tables/student.parquet"}


def test_hashes_are_those_of_the_end_until_something_is_made_anew(folder):
    folder.metrics.save([])
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))
    folder.checksums.record()
    assert set(folder.checksums.recorded()) == {"metrics.json", "tables/train.parquet"}
    (folder.path / "metrics.json").write_text("[ ]")
    assert folder.checksums.for_report() == {"metrics.json": folder.checksums.recorded()["metrics.json"]}
    assert folder.checksums.current("metrics.json") != folder.checksums.recorded()["metrics.json"]
    folder.metrics.save([Record(source="a", protocol="A", metric="m", value=1)])
    assert folder.checksums.current("metrics.json") == folder.checksums.recorded()["metrics.json"]
    folder.generation.save([])
    assert not folder.checksums.exist()


def test_no_hash_is_given_of_a_file_outside_the_folder(folder, tmp_path):
    (tmp_path / "secret").write_text("x")
    assert folder.checksums.current("../secret") is None
    assert folder.checksums.current("absent") is None


@pytest.mark.parametrize("content", ['{"a": 1}', '{"a": "b"}', "[]", "{"])
def test_hashes_that_are_none_are_damage(folder, content):
    (folder.path / "hashes.json").write_text(content)
    with pytest.raises(RunError, match="damaged"):
        folder.checksums.recorded()


def test_what_may_change_after_the_end_has_no_checksum(folder):
    folder.config.save({})
    folder.answers.save(Record(source="a", protocol="A", metric="m"))
    folder.report_html.save("<p>before the end</p>")
    folder.checksums.record()
    folder.job.update_state(message="later")
    assert set(folder.checksums.recorded()) == {"config.json"}


def test_a_report_that_is_written_after_the_end_has_a_checksum_but_is_not_in_itself(folder):
    folder.checksums.record()
    folder.report_html.save("<p>report</p>")
    assert folder.checksums.recorded() == {"report.html": folder.checksums.current("report.html")}
    assert folder.checksums.for_report() == {}


@pytest.mark.parametrize("name", ["generation", "pictures"])
def test_synthesizing_or_projecting_anew_clears_the_checksums(folder, name):
    folder.checksums.record()
    getattr(folder, name).save({})
    assert not folder.checksums.exist()
