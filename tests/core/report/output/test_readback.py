"""Any change to a report file is found, whatever it touches."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.records import Record
from core.errors import RunError
from core.report.output.html import BLANK_CHECKSUM, CHECKSUM_NAME, checksum_of, render
from core.report.output.packed_records import to_text
from core.report.output.readback import disagreements, figures_hash, read_report
from tests.core.report.samples import concluded, sample_records

RECORDS = sample_records()
HTML = render("adult", RECORDS, concluded(RECORDS), ["A note."], {"hashes": {"metrics.json": figures_hash(RECORDS)}})


def found(path, html):
    path.write_text(html, encoding="utf-8")
    return list(disagreements(read_report(path)))


def with_new_checksum(html, change):
    """The report changed by someone who also makes its seal anew."""
    place = html.index(f'name="{CHECKSUM_NAME}" content="') + len(f'name="{CHECKSUM_NAME}" content="')
    blank = change(html[:place] + BLANK_CHECKSUM + html[place + 64 :])
    return blank[:place] + checksum_of(blank) + blank[place + 64 :]


def test_a_report_agrees_with_itself(tmp_path):
    assert found(tmp_path / "r.html", HTML) == []


def test_a_number_changed_on_the_page_is_named_though_the_seal_is_made_anew(tmp_path):
    assert ">0.318<" in HTML
    changed = with_new_checksum(HTML, lambda html: html.replace(">0.318<", ">0.918<", 1))
    (said, *_) = found(tmp_path / "r.html", changed)
    assert "0.918" in said
    assert "demographic_parity_ratio" in said


def test_an_interval_changed_on_the_page_is_named(tmp_path):
    assert ">[0.288, 0.348]<" in HTML
    changed = with_new_checksum(HTML, lambda html: html.replace(">[0.288, 0.348]<", ">[0.888, 0.948]<", 1))
    assert any("[0.888, 0.948]" in said for said in found(tmp_path / "r.html", changed))


def test_an_embedded_figure_that_is_changed_is_found_though_the_seal_is_made_anew(tmp_path):
    other = [one.model_copy(update={"value": 0.963}) if one.value == 0.863 else one for one in RECORDS]
    assert to_text(RECORDS) in HTML
    changed = with_new_checksum(HTML, lambda html: html.replace(to_text(RECORDS), to_text(other)))
    assert any("manifest" in said for said in found(tmp_path / "r.html", changed))


def test_a_figure_that_is_not_there_is_said(tmp_path):
    changed = with_new_checksum(HTML, lambda html: html.replace('data-r="3"', 'data-r="999999"', 1))
    assert any("not embedded" in said for said in found(tmp_path / "r.html", changed))


def test_a_report_without_a_hash_of_its_figures_is_said(tmp_path):
    (said,) = found(tmp_path / "r.html", render("adult", RECORDS, concluded(RECORDS), [], {}))
    assert "no hash" in said


@settings(max_examples=25, deadline=None)
@given(place=st.integers(0, len(HTML.encode()) - 1), bit=st.integers(0, 7))
def test_a_single_changed_bit_is_found(tmp_path_factory, place, bit):
    content = bytearray(HTML.encode())
    content[place] ^= 1 << bit
    path = tmp_path_factory.mktemp("bits") / "r.html"
    path.write_bytes(bytes(content))
    try:
        said = list(disagreements(read_report(path)))
    except RunError:
        return
    assert said


@pytest.mark.parametrize("content", [b"", b"<p>hello</p>", b"\xff\xfe"])
def test_what_is_no_report_is_said(tmp_path, content):
    (tmp_path / "r.html").write_bytes(content)
    with pytest.raises(RunError, match="report"):
        read_report(tmp_path / "r.html")


def test_the_hash_is_that_of_the_file_that_a_run_keeps(tmp_path):
    from core.runs.files import sha256
    from core.runs.run_folder import RunFolder

    folder = RunFolder.create(tmp_path / "run")
    folder.metrics.save(RECORDS)
    assert sha256(folder.path / "metrics.json") == figures_hash(folder.metrics.read(Record))
