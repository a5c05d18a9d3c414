import json
import re

import pytest

from core.audit.records import Record
from core.report import canvas, charts, select
from core.report.render import drawing, footnotes, render, sections
from core.report.tables import Cell, Table
from tests.core.report.samples import sample_records

HOSTILE = "</script><b>bad</b><img src=x onerror=alert(1)>"
MANIFEST = {"config": {"seed": 0}, "hashes": {"metrics.json": "ab" * 32}}


@pytest.fixture(scope="module")
def html():
    return render("adult", sample_records(), ["Column 'id' was left out."], MANIFEST)


def test_the_report_holds_everything_it_needs(html):
    assert not re.search(r'(src|href)\s*=\s*["\']?(https?:)?//', html)
    assert "@import" not in html
    assert "url(http" not in html


def test_the_report_has_pictures_tables_notes_and_manifest(html):
    assert html.count("<svg") == len(charts.figures(select.of_polarity(select.shown(sample_records()), ">50K")))
    for part in ("Base rates, sex", "Fidelity", "Column &#39;id&#39; was left out.", "config.seed", "ab" * 32):
        assert part in html


def test_a_metric_and_a_protocol_nobody_foresaw_are_shown(html):
    assert "Horoscope" in html
    assert "ascendant of rows" in html


def test_undefined_stands_with_its_note(html):
    assert "<em>undefined</em><sup>" in html
    assert "0/0 is no ratio" in html


def test_the_report_can_be_read_back(html):
    text = re.search(r'<script type="application/json" id="metrics">(.*?)</script>', html, re.DOTALL)[1]
    assert [Record(**found) for found in json.loads(text)] == sample_records()


def test_hostile_names_are_text():
    records = sample_records(sensitive=HOSTILE, positive=HOSTILE, groups=(HOSTILE, "Male"))
    html = render(HOSTILE, records, [HOSTILE], {HOSTILE: HOSTILE})
    assert "<b>bad" not in html
    assert "<img" not in html
    assert html.count("</script>") == 2


def test_the_word_fair_is_no_verdict(html):
    assert not re.search(r">\s*fair\s*<", html)


def test_without_records_there_is_still_a_report():
    assert "left no figure" in render("empty", [], [], {})


def test_sections_without_rows_are_left_out():
    assert sections([]) == []


def test_notes_are_numbered_once_each():
    table = Table("", "", ("a", "b"), ((Cell("1", note="x"), Cell("2", note="y")), (Cell("3", note="x"), Cell("4"))))
    assert footnotes(table) == {"x": 1, "y": 2}


def test_charts_use_the_one_palette_and_carry_title_caption_table():
    records = select.of_polarity(select.shown(sample_records()), ">50K")
    for figure in charts.figures(records):
        assert figure.title
        assert figure.caption.endswith(".")
        assert figure.table.rows
        assert canvas.PALETTE["synthetic"] in json.dumps(figure.spec)


def test_a_file_from_elsewhere_has_its_colour():
    records = [r.model_copy(update={"source": "other.csv"}) for r in sample_records() if r.source == "synthetic"]
    spec = json.dumps(charts.plane(select.shown(records), "sex", "A", "accuracy").spec)
    assert canvas.PALETTE["external"] in spec
    assert drawing(charts.plane(select.shown(records), "sex", "A", "accuracy")).svg.startswith("<svg")


def test_no_chart_without_figures():
    assert charts.figures([]) == []
    assert charts.base_rates([], "sex") is None
