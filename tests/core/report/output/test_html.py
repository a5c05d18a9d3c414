import base64
import hashlib
import itertools
import json
import re
from html import unescape

import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import RunConfig
from core.events import Event
from core.report.charts import rates, theme
from core.report.charts.plot_data import PlotData
from core.report.output.html import drawing, footnotes, render, tables_of
from core.report.output.readback import read_report
from core.report.output.sections import sections
from core.report.tables.base import Cell, Table, count_cell, figure_cell, number
from core.report.tables.findings import FINDINGS
from core.report.tables.judged import NEEDED, QUESTIONS
from tests.core.report.samples import SCHEMA, concluded, sample_records

HOSTILE = "</script><b>bad</b><img src=x onerror=alert(1)>"
MANIFEST = {
    "config": {"seed": 0},
    "rows": {"train": 100, "holdout": 25},
    "columns": [{"name": "workclass", "kind": "categorical", "role": "feature"}],
    "hashes": {"metrics.json": "ab" * 32},
}
TITLES = [
    "Verdicts on equal rates",
    "Manifest",
    "All findings",
    "Columns",
    "Missing values",
    "Share with “>50K”, sex",
    "By group, sex, model sees the group",
    "By group, sex, model does not see the group",
    "Fairness and utility, sex",
    "Utility in full",
    "Fidelity",
    "Privacy",
    "Independence",
    "Generation",
    "Generation by group",
    "Horoscope",
    "Outcomes altered",
    "Not tested",
    "Check these columns",
    "Undefined figures",
    "Small groups",
    "Share with “other”, sex",
    "Each seed by itself",
]
# Columns of tables in which no figure stands, but facts of the run or words.
WORDS = {"fact", "value", "why", "verdict", "why it matters", "what would decide it", NEEDED}


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
    contents = re.search(r'<nav aria-label="Annexes">.*?</nav>', html, re.DOTALL)[0]
    heads = re.findall(r"<h3>(T\d+) ", html)
    assert heads == [f"T{place}" for place in range(11)]
    for head in heads:
        assert f'<a href="#{head.lower()}"><b>{head}</b>' in contents
        assert f'id="{head.lower()}"' in html


@pytest.mark.parametrize("annexes", [True, False], ids=["whole", "without annexes"])
def test_every_link_within_the_report_leads_somewhere_and_no_address_is_twice(annexes):
    html = render("adult", sample_records(), concluded(sample_records()), [], MANIFEST, annexes=annexes)
    targets = re.findall(r' id="([^"]+)"', html)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(targets)
    assert len(set(targets)) == len(targets)


def test_its_readers_come_one_after_the_other(html):
    parts = re.findall(r'<section id="(part-\d|annexes)" class="part"', html)
    assert parts == ["part-1", "part-2", "part-3", "annexes"]
    contents = re.search(r'<nav aria-label="Contents">.*?</nav>', html, re.DOTALL)[0]
    chapters = re.findall(r'<section id="(part-2-[^"]+)" class="chapter">', html)
    assert chapters == re.findall(r'href="#(part-2-[^"]+)"', contents)
    assert re.findall(r'href="#(part-\d|annexes)"', contents) == parts


def test_heading_levels_skip_none(html):
    levels = [int(level) for level in re.findall(r"<h([1-6])>", html)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_no_table_is_lost():
    """The tables that the report had when it was one list of sections."""
    records = sample_records()
    found = [table.title for _, table in tables_of(records, concluded(records), ["A note."], MANIFEST)]
    assert sorted(found) == sorted(TITLES)
    html = render("adult", records, concluded(records), ["A note."], MANIFEST)
    annex = html[html.index('<section id="annexes"') :]
    shown = re.findall(r'<div class="table[^"]*" role="region" aria-label="([^"]*)"', annex)
    assert sorted(map(unescape, shown)) == sorted(TITLES)


def test_the_annexes_are_folded_and_pictures_stand_before_tables(html):
    annex = html[html.index('<section id="annexes"') : html.index('<script type="application/octet-stream"')]
    for section in re.findall(r'<section id="[^"]+" class="annex">(.*?)</section>', annex, re.DOTALL):
        assert section.strip().startswith("<details>")
        if "<figure>" in section and '<div class="table' in section:
            assert section.rindex("<figure>") < section.index('<div class="table')


def test_without_annexes_the_three_parts_are_the_same(html):
    short = render(
        "adult", sample_records(), concluded(sample_records()), ["Column 'id' was left out."], MANIFEST, annexes=False
    )
    assert "<script" not in short
    assert 'id="annexes"' not in short
    for part in ("part-1", "part-2-power-and-minimum-detectable-difference", "part-2-multiplicity"):
        begin = f'<section id="{part}"'
        assert _numbers(short, begin) == _numbers(html, begin)


def _numbers(html, begin):
    part = html[html.index(begin) :]
    return re.findall(r">([^<>]*\d[^<>]*)<", part[: part.index("</section>")])


def test_an_empty_table_is_a_sentence():
    records = [one for one in sample_records() if not one.metric.startswith("missing:")]
    html = render("adult", records, concluded(records), [], MANIFEST)
    assert "No value is missing." in html
    assert "nothing was left out, set aside or reinterpreted" in html


def test_a_table_of_zeros_is_a_sentence():
    zeros = [
        Record(source="synthetic", protocol="privacy", metric=metric, value=0.0, n=50)
        for metric in ("exact_copies_train", "exact_copies_holdout")
    ]
    html = render("adult", zeros, concluded(zeros), [], MANIFEST)
    assert "<p>Privacy: every figure is 0.</p>" in html
    assert 'aria-label="Privacy"' not in html
    assert "Privacy" in [table.title for _, table in tables_of(zeros, concluded(zeros), [], MANIFEST)]


def test_the_auditor_reads_the_facts_of_the_run():
    manifest = MANIFEST | {
        "config": RunConfig(seed=7).model_dump(mode="json"),
        "settings": {},
        "method": "Evenhand",
        "sha256": {"train": "cd" * 32},
        "environment": {"evenhand": "0.1.0", "commit": "f" * 40, "python": "3.11", "packages": {"numpy": "2.4"}},
    }
    html = render("adult", sample_records(), concluded(sample_records()), [], manifest, annexes=False)
    for fact in ("--seed 7", "cd" * 32, "ab" * 32, "f" * 40, "numpy 2.4", "“&gt;50K”"):
        assert fact in html


def test_every_number_of_every_table_is_a_record_s(read):
    assert len(read.cells) > 200
    for cell in read.cells:
        wanted = count_cell(read.records[cell.place]) if cell.counts else figure_cell(read.records[cell.place])
        assert cell.text == wanted.text
    known = {number(value) for r in read.records for value in (r.value, r.low, r.high) if value is not None}
    for table, head, text in read.plain:
        # Findings may turn a record's sign, and add p-values; questions are counts of findings.
        if head not in WORDS and table not in (FINDINGS, QUESTIONS):
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
    assert re.search(r"<h3>Sign-off</h3>\s*<dl class=\"signoff\">\s*<div><dt>Name</dt><dd></dd>", html)


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
