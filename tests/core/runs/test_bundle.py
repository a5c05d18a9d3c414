import io
import zipfile

import pandas as pd

from core.runs.bundle import bundle
from core.runs.run_folder import RunFolder
from tests.core.report.samples import sample_records


def test_the_zip_holds_what_is_handed_on_and_no_real_row(tmp_path):
    folder = RunFolder.create(tmp_path / "one")
    folder.metrics.save(sample_records())
    folder.report_html.save("<p>report</p>")
    folder.artifacts.save_table("train", pd.DataFrame({"name": ["real person"]}))
    folder.synthetic.save(pd.DataFrame({"name": ["made up"]}))
    (folder.path / "later.txt").write_text("unknown")
    names = zipfile.ZipFile(io.BytesIO(bundle(folder, {}))).namelist()
    assert sorted(names) == ["one/metrics.json", "one/report.html", "one/synthetic.parquet"]


def test_a_file_that_is_handed_on_in_another_form_replaces_that_of_the_folder(tmp_path):
    folder = RunFolder.create(tmp_path / "one")
    folder.report_html.save("<p>report</p>")
    folder.notes.save(["Of Anna."])
    archive = zipfile.ZipFile(io.BytesIO(bundle(folder, {"notes.json": b"[]", "state.json": b"never"})))
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "one/report.html": b"<p>report</p>",
        "one/notes.json": b"[]",
    }
