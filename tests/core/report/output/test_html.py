import base64
import hashlib
import json
import re

import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.events import Event
from core.report.charts import rates, theme
from core.report.charts.plot_data import PlotData
from core.report.output.html import drawing, footnotes, render, tables_of
from core.report.output.readback import read_report
from core.report.output.sections import sections
from core.report.tables.base import Cell, Table, count_cell, figure_cell, number
from core.report.tables.findings import FINDINGS
from tests.core.report.samples import SCHEMA, concluded, sample_records

HOSTILE = "</script><b>bad</b><img src=x onerror=alert(1)>"
MANIFEST = {
    "config": {"seed": 0},
    "rows": {"train": 100, "holdout": 25},
    "columns": [{"name": "workclass", "kind": "categorical", "role": "feature"}],
    "hashes": {"metrics.json": "ab" * 32},
}
# Columns of tables in which no figure stands, but facts of the run or words.
WORDS = {"fact", "value", "why", "verdict", "why it matters", "what would decide it"}


@pytest.fixture(scope="module")
def html():
    return render("adult", sample_records(), concluded(sample_records()), ["Column 'id' was left out."], MANIFEST)


@pytest.fixture
def read(html, tmp_path):
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    return read_report(tmp_path / "report.html")


def test_the_report_holds_everything_it_needs(html):
    assert not re.search(r'(src|href)\s*=\s*["\']?(https?:)?//', html)
    assert "@import" not in html
    assert "url(http" not in html


def test_only_the_reports_own_script_may_run(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert re.search(r"script-src ([^;]*)", policy)[1] == f"'sha256-{digest}'"


def test_the_report_has_pictures_tables_notes_and_manifest(html):
    assert html.count("<svg") == len(rates.figures(RecordSet(sample_records()).main)) + 1  # that of the first screen
    for part in (
        "Share with “&gt;50K”, sex",
        "Fidelity",
        "Column &#39;id&#39; was left out.",
        "config.seed",
        "ab" * 32,
    ):
        assert part in html


def test_all_of_t0_to_t10_are_there_and_in_the_contents(html):
    contents = re.search(r"<nav.*?</nav>", html, re.DOTALL)[0]
    heads = re.findall(r"<h2>(T\d+) ", html)
    assert heads == [f"T{place}" for place in range(11)]
    for head in heads:
        assert f'<a href="#{head.lower()}"><b>{head}</b>' in contents
        assert f'id="{head.lower()}"' in html


def test_every_link_within_the_report_leads_somewhere(html):
    targets = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= targets


def test_every_number_of_every_table_is_a_record_s(read):
    assert len(read.cells) > 200
    for cell in read.cells:
        wanted = count_cell(read.records[cell.place]) if cell.counts else figure_cell(read.records[cell.place])
        assert cell.text == wanted.text
    known = {number(value) for r in read.records for value in (r.value, r.low, r.high) if value is not None}
    for table, head, text in read.plain:
        if head not in WORDS and table != FINDINGS:  # findings may turn a record's sign, and add p-values
            assert not re.search(r"\d", text), (table, head, text)
        if head == "why" and table.startswith("Verdicts"):
            assert set(re.findall(r"\d+\.\d+", text)) <= known | {number(SCHEMA.margin)}


def test_no_record_over_all_groups_is_lost(read):
    """Every figure of the main outcome stands in some table."""
    shown = {cell.place for cell in read.cells}
    main = RecordSet(read.records).main
    lost = [record for record in main if read.records.index(record) not in shown]
    assert lost == []


def test_the_ratio_never_stands_without_what_chance_gives(html):
    for head in re.findall(r"<thead>.*?</thead>", html, re.DOTALL):
        assert ">parity ratio<" not in head or ">chance limit<" in head or ">verdict<" in head


def test_a_metric_and_a_protocol_nobody_foresaw_are_shown(html):
    assert "Horoscope" in html
    assert "ascendant of rows" in html


def test_undefined_stands_with_its_note(html):
    assert "<em>undefined</em><sup>" in html
    assert "0/0 is no ratio" in html


def test_the_report_can_be_read_back(read):
    assert read.records == sample_records()
    assert read.manifest == MANIFEST


def test_hostile_names_are_text():
    records = sample_records(sensitive=HOSTILE, positive=HOSTILE, groups=(HOSTILE, "Male"))
    columns = [{"name": HOSTILE, "kind": "categorical", "role": "feature"}]
    plots = PlotData(events=[Event("teacher", 1, 2, {HOSTILE: 1.0})])
    html = render(HOSTILE, records, concluded(records), [HOSTILE], {HOSTILE: HOSTILE, "columns": columns}, plots)
    assert "<b>bad" not in html
    assert "<img" not in html
    assert html.count("</script>") == 3


def test_the_word_fair_is_no_verdict(html):
    assert not re.search(r">\s*fair\s*<", html)


def test_without_records_there_is_still_a_report():
    assert "left no figure" in render("empty", [], concluded([]), [], {})
    assert sections([], concluded([]), [], {}) == []


def test_room_is_left_for_those_who_sign(html):
    assert re.search(r"<h3>Sign-off</h3>.*<dt>Name</dt><dd></dd>", html, re.DOTALL)


def test_tables_have_numbers_of_their_own_and_a_sentence():
    found = tables_of(sample_records(), concluded(sample_records()), ["A note."], MANIFEST)
    numbers = [name for name, _ in found]
    assert len(set(numbers)) == len(numbers)
    for _, table in found:
        assert table.caption.endswith(".")
        assert all(len(row) == len(table.header) for row in table.rows)


def test_notes_are_numbered_once_each():
    table = Table("", "", ("a", "b"), ((Cell("1", note="x"), Cell("2", note="y")), (Cell("3", note="x"), Cell("4"))))
    assert footnotes(table) == {"x": 1, "y": 2}


def test_charts_use_the_one_palette_and_carry_title_caption_table():
    records = RecordSet(sample_records()).main
    for picture in rates.figures(records):
        assert picture.title
        assert picture.caption.endswith(".")
        assert picture.table.rows
        assert theme.PALETTE["synthetic"] in json.dumps(picture.spec)


def test_a_file_from_elsewhere_has_its_colour():
    records = RecordSet(
        r.model_copy(update={"source": "other.csv"}) for r in RecordSet(sample_records()).where(source="synthetic")
    )
    spec = json.dumps(rates.plane(records.shown, "sex", "A", "accuracy").spec)
    assert theme.PALETTE["external"] in spec
    assert drawing(rates.plane(records.shown, "sex", "A", "accuracy")).picture.startswith("<svg")


def test_no_chart_without_figures():
    assert rates.figures(RecordSet()) == []
    assert rates.base_rates(RecordSet(), "sex") is None


def test_a_record_is_found_again_though_another_equals_it():
    twice = [Record(source="a", protocol="A", metric="accuracy", value=0.5, n=10)] * 2
    assert 'data-r="' in render("x", twice, concluded(twice), [], {})
