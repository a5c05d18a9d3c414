"""Every file that leaves a run is free of small groups and raw cells; the run's own figures keep them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.records import Record
from core.config import run_config
from core.data.sources.load import load
from core.pipeline import HandedOn, audit_dataset, one_page_of, verify, write_report, write_tables
from core.report.output.readback import read_report
from core.runs.run_folder import RunFolder

NAME, RARE, CELL = "Zwingli-Diverse", "Single House", "Anna Meier"


def table(path: Path) -> Path:
    rng = np.random.default_rng(3)
    rows = 400
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["women", "men"], rows),
            "origin": rng.choice(["north", "south"], rows),
            "city": rng.choice(["Bern", "Basel"], rows),
            "age": rng.integers(20, 60, rows),
        }
    )
    frame["hired"] = np.where(rng.random(rows) < 0.3 + 0.2 * (frame["sex"] == "men"), "yes", "no")
    frame.loc[[5, 77], "sex"] = NAME
    frame.loc[9, "city"] = RARE
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> RunFolder:
    root = tmp_path_factory.mktemp("handed")
    data = load(table(root / "people.csv"), target="hired", positive="yes", sensitive=["sex", "origin"])
    config = run_config(audit_seeds=(0,), audit_refits=0, pictures="pca")
    audit_dataset(data, config, out=root / "run")
    folder = RunFolder.open(root / "run")
    folder.notes.add([f"Column 'age': {CELL!r} is no number."])
    write_report(folder.path)
    return folder


def handed_on_texts(run: RunFolder, tables: Path) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(HandedOn(run).zipped()))
    inside = {name.partition("/")[2]: archive.read(name).decode("utf-8") for name in archive.namelist()}
    written = {path.name: path.read_text() for path in write_tables(run.path, tables)}
    sheets = {sheet.key: repr(sheet) for sheet in HandedOn(run).sheets}
    return {**inside, **written, **sheets, "one page": one_page_of(run)}


def test_no_file_that_is_handed_on_names_a_small_group_or_a_cell(run: RunFolder, tmp_path: Path) -> None:
    found = handed_on_texts(run, tmp_path / "tables")
    assert {"report.html", "metrics.json", "notes.json", "schema.json", "manifest.json", "one page"} <= set(found)
    for word in (NAME, RARE, CELL):
        assert [name for name, text in found.items() if word in text] == []
    assert "(fewer than 10)" in found["report.html"]
    assert "Figures of fewer than 10 rows are withheld" in found["report.html"]


def test_no_figure_that_is_handed_on_rests_on_fewer_rows(run: RunFolder) -> None:
    shown = [Record.model_validate(one) for one in json.loads(HandedOn(run).files["metrics.json"])]
    assert not [one for one in shown if one.sensitive is not None and one.n is not None and 0 < one.n < 10]
    assert read_report(run.report_html.path).records == shown


def test_the_run_itself_keeps_the_detail(run: RunFolder) -> None:
    known = run.metrics.read(Record)
    assert {one.n for one in known if one.group == NAME and one.metric == "base_rate" and one.split == "all"} == {2}
    assert CELL in " ".join(run.notes.read())


def test_report_and_zip_agree_with_their_hashes(run: RunFolder) -> None:
    facts, files = HandedOn(run).facts, HandedOn(run).files
    stated = read_report(run.report_html.path).manifest["hashes"]
    assert stated["metrics.json"] == facts["hashes"]["metrics.json"]
    assert [one for one in verify(run.report_html.path) if not one.agrees] == []
    assert "metrics.json" in files


def test_the_setting_that_shows_all_shows_all(run: RunFolder) -> None:
    shown = run_config(**{**run.config.read(), "min_group_shown": 1})
    run.config.save(shown)
    try:
        assert NAME in HandedOn(run).files["metrics.json"].decode()
    finally:
        run.config.save(run_config(**{**run.config.read(), "min_group_shown": 10}))
