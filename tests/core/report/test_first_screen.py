"""The first screen as the page, the report and the one-page summary show it."""

import re
from html import unescape

import pytest

from core.audit.glossary import DECIDED, MODEL
from core.audit.records import Record
from core.report.first_screen import first_screen
from core.report.output.html import one_page, render
from tests.core.report.samples import concluded, sample_records

MANIFEST = {"name": "adult", "rows": {"train": 32561, "holdout": 16281}, "environment": {"evenhand": "0.1.0"}}
HOSTILE = "</script><b>bad</b>"


def test_scope_says_what_was_audited():
    found = first_screen("adult", concluded(sample_records()), MANIFEST)
    assert found.scope == (
        ("Data", "adult, 32,561 rows to learn from and 16,281 kept aside as test rows"),
        ("Outcome", "“>50K” of “income” counts as good – nobody said so, please confirm"),
        ("Groups", "by sex"),
    )


@pytest.mark.parametrize(("names", "said"), [(("a",), "decisions of a model"), (("a", "b"), "decisions of 2 models")])
def test_scope_says_how_many_models_decided(names, said):
    record = {"metric": "selection_rate", "protocol": MODEL, "split": "all", "sensitive": "sex", "group": "f", "n": 90}
    records = [Record(source=name, value=0.5, positive=">50K", **record) for name in names]
    scope = dict(first_screen("own", concluded(records), {"name": "own", "rows": {DECIDED: 2600}}).scope)
    assert scope["Data"] == f"own, 2,600 rows with {said}"


def test_scope_says_that_rows_are_counted_where_a_column_may_hold_weights():
    found = {"check": "weights", "columns": ["PWGTP", "PWGTP1"], "sentence": "", "rows": 9, "remedies": {}}
    changed = {"name": "exclude:fnlwgt", "sentence": "", "rows": 0}
    for facts, named in (({"data_checks": [found]}, "“PWGTP”"), ({"data_changes": [changed]}, "“fnlwgt”")):
        scope = dict(first_screen("adult", concluded(sample_records()), {**MANIFEST, **facts}).scope)
        assert scope["Counted"] == f"rows, not people: no weights are used, though {named} may hold them"


def test_the_picture_and_its_table_hold_every_stage_and_group():
    (picture,) = first_screen("adult", concluded(sample_records()), MANIFEST).figures
    (rows,) = picture.spec["datasets"].values()
    drawn = {(row["stage"], row["group"], row["value"]) for row in rows}
    tabulated = {(row[0].text, row[1].text) for row in picture.table.rows}
    assert {(stage, group) for stage, group, _ in drawn} == tabulated
    for stage, group, value in drawn:
        (cell,) = [row[2] for row in picture.table.rows if (row[0].text, row[1].text) == (stage, group)]
        assert float(cell.text) == pytest.approx(value, abs=0.05)
    assert picture.title
    assert picture.caption


def test_the_report_begins_with_it_and_harm_stands_first():
    conclusions = concluded(sample_records())
    html = render("adult", sample_records(), conclusions, [], MANIFEST)
    screen = first_screen("adult", conclusions, MANIFEST)
    shown = unescape(html[html.index("<body>") :])
    order = [*screen.overview.worse[:1], screen.overview.attributes[0].sentences[0], "2 For auditors"]
    places = [shown.index(text) for text in order]
    assert places == sorted(places)
    assert (screen.worse_title in shown) == bool(screen.overview.worse)


def test_one_page_has_no_script_and_fetches_nothing():
    html = one_page("adult", concluded(sample_records()), MANIFEST)
    assert "<script" not in html
    assert not re.search(r"(?:src|href)=\"https?:", html)
    assert "Evenhand 0.1.0." in html
    assert "<svg" in html


def test_the_picture_of_one_attribute_is_printed_larger_than_each_of_several():
    one = concluded(sample_records())
    two = concluded([*sample_records(), *(r.model_copy(update={"sensitive": "race"}) for r in sample_records())])
    pages = [one_page("adult", conclusions, MANIFEST) for conclusions in (one, two)]
    assert [page.count('<div class="look alone">') for page in pages] == [1, 0]
    assert [page.count("<svg") for page in pages] == [1, 2]


def test_hostile_names_are_text():
    records = sample_records(groups=(HOSTILE, "Male"))
    html = one_page(HOSTILE, concluded(records), {**MANIFEST, "name": HOSTILE})
    assert "<b>bad" not in html


def test_what_got_worse_bears_the_name_of_the_file():
    own = first_screen("adult", concluded(sample_records()), MANIFEST)
    assert own.worse_title == "What got worse when models learn from the synthetic rows"
    file = [
        one.model_copy(update={"source": "vendor"}) if one.source == "synthetic" else one for one in sample_records()
    ]
    of_file = first_screen("adult", concluded(file), MANIFEST)
    assert of_file.worse_title == "What got worse when models learn from the “vendor” rows"


def test_the_word_likely_is_explained_only_where_it_is_said():
    record = {"protocol": "data", "source": "original", "split": "train"}
    few, many = (
        concluded([Record(metric="base_rate", value=0.5, sensitive="sex", group="f", n=9, positive=">50K", **record)]),
        concluded(sample_records()),
    )
    for conclusions in (few, many):
        found = first_screen("adult", conclusions, MANIFEST)
        said = any(re.search(r"\b[Ll]ikely\b", one) for one in found.overview.sentences)
        assert ("“Likely” rests on" in found.footnote) == said
