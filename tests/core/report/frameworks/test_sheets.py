"""The framework sections, from made-up records of the form that an audit leaves."""

import re

import pytest

from core.audit.metrics.local_law_144 import BiasAuditColumns
from core.audit.records import Record, Status
from core.data.column import Column
from core.data.schema import Schema
from core.report.frameworks.answers import Answers
from core.report.frameworks.catalog import FRAMEWORKS, is_chosen, sheets
from core.report.frameworks.sheet import BLANK, Facts
from core.report.frameworks.wording import roles, undecided
from core.report.output.html import render
from tests.core.report.samples import concluded, sample_records

HOSTILE = "</script><b>bad</b><img src=x onerror=alert(1)>"
EMPLOYMENT = {"decision": "us-employment", "favorable": "positive"}
COLUMNS = BiasAuditColumns(sex="sex", selection="income", selected=">50K")
MANIFEST = {
    "name": "adult",
    "rows": {"train": 32561, "holdout": 16281},
    "official_split": True,
    "sha256": {"train": "ab" * 32, "holdout": "cd" * 32},
    "config": {"seed": 7},
    "settings": {"teacher": {"latent": 16, "hidden": 128, "optimisation": {"epochs": 30}}, "labels": {}},
    "environment": {"evenhand": "0.1.0", "commit": None, "device": "cpu"},
}


def schema(sensitive="sex"):
    return Schema(
        columns=(
            Column(name=sensitive, kind="categorical", role="sensitive"),
            Column(name="age", kind="integer"),
            Column(name="income", kind="categorical", role="target"),
        ),
        positive=">50K",
    )


def facts(records=None, answers=None, said=None, **changes):
    fields = {"manifest": MANIFEST, "notes": ["Column 'id' was left out."]} | changes
    shown = sample_records() if records is None else records
    return Facts(schema().replaced(**(said or {})), shown, answers=answers or Answers(), **fields)


def counted(group, applicants, selected, ratio, source="original"):
    common = {"source": source, "protocol": "local_law_144", "sensitive": "sex", "split": "all"}
    rate = selected / applicants
    return [
        Record(metric="applicants", group=group, value=applicants, n=applicants, **common),
        Record(metric="selected", group=group, value=selected, n=selected, **common),
        Record(metric="selection_rate", group=group, value=rate, low=rate, high=rate, n=applicants, **common),
        Record(metric="impact_ratio", group=group, value=ratio, n=applicants, **common),
    ]


def bias_audit(source="original"):
    return [
        Record(source=source, protocol="local_law_144", metric="assessed", split="all", value=310, n=310),
        Record(source=source, protocol="local_law_144", metric="unknown", sensitive="sex", split="all", value=10, n=10),
        *counted("Female", 100, 30, 0.6, source),
        *counted("Male", 200, 100, 1.0, source),
    ]


def by_key(found):
    return {sheet.key: sheet for sheet in found}


def field(found, key):
    return next(one for sheet in found for one in sheet.fields if one.key == key)


def test_local_law_144_is_offered_only_for_an_employment_decision_once_columns_are_mapped():
    records, answers = [*sample_records(), *bias_audit()], Answers(local_law_144=COLUMNS)
    assert "local_law_144" not in by_key(sheets(facts(said=EMPLOYMENT)))
    assert "local_law_144" not in by_key(sheets(facts(records, said=EMPLOYMENT)))
    assert "local_law_144" not in by_key(sheets(facts(records, answers)))
    assert next(iter(by_key(sheets(facts(records, answers, EMPLOYMENT))))) == "local_law_144"


def test_local_law_144_shows_every_count_and_keeps_synthetic_rows_apart():
    records = [*sample_records(), *bias_audit(), *bias_audit("synthetic")]
    sheet = sheets(facts(records, Answers(local_law_144=COLUMNS), EMPLOYMENT))[0]
    _, results, evidence, _ = sheet.parts
    rows = [[cell.text for cell in row] for row in results.tables[0].rows]
    assert rows == [
        ["Female", "100", "30", "0.300", "0.600"],
        ["Male", "200", "100", "0.500", "1.000"],
        ["unknown category", "10", "–", "–", "–"],
    ]
    assert "unknown category, in no figure of that table: sex 10." in results.lead
    assert "Mitigation evidence" in evidence.title
    assert "do not belong" in evidence.lead


@pytest.mark.parametrize("metric", ["demographic_parity_ratio", "labels_changed"])
def test_prefilled_texts_say_the_figures_of_the_records(metric):
    text = " ".join(one.text for sheet in sheets(facts()) for one in sheet.fields)
    said = {"demographic_parity_ratio": "The difference, 0.178", "labels_changed": "a share of 0.086"}
    assert said[metric] in text


def with_student(difference, records=None):
    """Add the data of the student's rows, before outcome repair, with this parity difference."""
    records = sample_records() if records is None else records
    mine = [one for one in records if (one.source, one.protocol) == ("synthetic", "data")]
    drawn = [one.model_copy(update={"source": "student"}) for one in mine]
    return records + [_with_difference(one, difference) for one in drawn]


def _with_difference(record, difference):
    if record.metric != "demographic_parity_difference":
        return record
    if difference is None:
        return record.model_copy(update={"value": None, "low": None, "high": None, "status": Status.UNDEFINED})
    bounds = {"low": max(difference - 0.02, 0.0), "high": difference + 0.02}
    return record.model_copy(update={"value": difference, **bounds})


def unaltered(records):
    return [one for one in records if one.metric != "labels_changed"]


@pytest.mark.parametrize(
    ("made", "answer"),
    [(0.01, "could not have been found"), (0.2, "a gap could have been found"), (None, "Too few rows to answer")],
)
def test_whether_synthetic_rows_alone_show_the_gap_follows_from_the_students_rows(made, answer):
    text = field(sheets(facts(unaltered(with_student(made)))), "article_4a.synthetic_alone").prefilled
    assert answer in text
    assert "compact model's own rows" in text


def test_rows_whose_outcomes_were_repaired_do_not_answer_whether_the_gap_could_be_found():
    """Point 10: outcomes from a fair code have no gap by construction, in the student's rows too."""
    for records in (sample_records(), with_student(0.19)):
        text = field(sheets(facts(records)), "article_4a.synthetic_alone").prefilled
        assert "by construction: the outcomes of a share of 0.086" in text
        assert "there is no answer here; a run at repair level 0 can give one" in text
        assert "found" not in text


def test_rows_that_nobody_altered_answer_themselves():
    text = field(sheets(facts(unaltered(sample_records()))), "article_4a.synthetic_alone").prefilled
    assert "a gap could have been found" in text
    assert "by construction" not in text


def test_sheets_say_what_the_latents_reveal_and_where_parity_comes_from():
    common = {"protocol": "independence", "sensitive": "sex"}
    leaks = [
        Record(source="student", metric="leakage_auc_means_and_spreads", value=0.87, low=0.86, high=0.88, **common),
        Record(source="student", metric="leakage_auc_samples", value=0.59, low=0.58, high=0.6, **common),
        Record(source="original", metric="leakage_auc_rows", value=0.93, low=0.92, high=0.94, **common),
    ]
    text = field(sheets(facts([*with_student(0.19), *leaks])), "eu_ai_act.measures").prefilled
    assert "trained to be independent" not in text
    assert "0.870 [0.860, 0.880] from means and spreads, 0.590 [0.580, 0.600] from samples" in text
    assert "outcomes were drawn from a code that every group has equally often" in text
    assert "in the real and" in text


def test_sheets_say_that_codewords_within_the_target_are_judged_within_it():
    common = {"protocol": "independence", "sensitive": "sex", "source": "student"}
    leaks = [
        Record(metric="leakage_auc_means_given_target", value=0.51, low=0.49, high=0.53, **common),
        Record(metric="code_total_variation_given_target", value=0.1, low=0.0, high=0.15, **common),
        Record(metric="leakage_auc_rows", value=0.93, low=0.92, high=0.94, **{**common, "source": "original"}),
    ]
    given = facts([*with_student(0.19), *leaks])
    target = given.schema.target
    text = field(sheets(given), "eu_ai_act.measures").prefilled
    assert (
        f"0.510 [0.490, 0.530] from the code of each row, from which rows are made, among rows with the same {target}"
        in text
    )
    (card,) = [sheet for key, sheet in by_key(sheets(given)).items() if key == "model_card_student"]
    assert f"one of a few codewords of its {target}" in str(card)


def test_the_sheet_on_article_10_no_longer_asks_for_special_categories():
    found = by_key(sheets(facts()))
    assert not any("10(5)" in part.title for part in found["eu_ai_act"].parts)
    assert "Article 10(5) is deleted" in found["eu_ai_act"].wording.said
    assert "in place of Article 10(5)" in found["article_4a"].wording.said


def test_no_gap_in_the_real_rows_is_not_called_found():
    def equal(record):
        parity = {"value": 0.01, "low": 0.0, "high": 0.03}
        return record.model_copy(update=parity) if record.metric == "demographic_parity_difference" else record

    found = sheets(facts([equal(record) for record in unaltered(with_student(0.01))]))
    assert "No gap was found in the real rows" in field(found, "article_4a.synthetic_alone").prefilled


def test_an_audit_alone_has_no_model_cards_and_no_datasheet():
    found = sheets(facts([record for record in sample_records() if record.source in {"original", "constant"}]))
    assert list(by_key(found)) == ["eu_ai_act", "article_4a", "sign_off"]
    assert field(found, "article_4a.synthetic_alone").text == ""
    assert field(found, "eu_ai_act.measures").text == ""


def test_without_any_record_sheets_are_blank_and_nothing_is_invented():
    found = sheets(facts([], manifest={}, notes=[]))
    assert list(by_key(found)) == ["eu_ai_act", "article_4a", "sign_off"]
    assert not any(part.tables and any(table.rows for table in part.tables) for part in found[0].parts)
    assert "nothing was left out" in field(found, "eu_ai_act.preparation").text


def test_a_readers_words_stand_in_place_of_the_runs_and_say_so():
    answered = Answers(texts={"datasheet.creators": "We.", "datasheet.purpose": "A test."})
    found = sheets(facts(answers=answered))
    assert field(found, "datasheet.creators").origin == "written by the reader"
    assert field(found, "datasheet.purpose").origin == "written by the reader, in place of Evenhand's text"
    assert field(found, "datasheet.purpose").text == "A test."
    assert field(found, "datasheet.funding").origin == BLANK
    before = by_key(sheets(facts()))["datasheet"].blanks
    assert by_key(found)["datasheet"].blanks == before - 1


def test_every_sheet_is_dated_and_no_legal_advice_and_keys_are_unique():
    records = [*sample_records(), *bias_audit()]
    found = sheets(facts(records, Answers(local_law_144=COLUMNS), EMPLOYMENT))
    assert [sheet.key for sheet in found] == list(FRAMEWORKS)
    keys = [one.key for sheet in found for one in sheet.fields]
    assert len(keys) == len(set(keys))
    for sheet in found[:-1]:
        assert re.search(r"\b(19|20)\d\d\b", sheet.wording.text)
        assert "not legal advice" in f"{sheet.lead} {sheet.wording.text}".lower()


def test_the_report_shows_blanks_as_blanks_and_hostile_answers_as_text():
    records = [*sample_records(), *bias_audit()]
    answers = Answers(texts={"eu_ai_act.origin": f"{HOSTILE}\nsecond line"}, local_law_144=COLUMNS)
    found = sheets(facts(records, answers, EMPLOYMENT))
    html = render("adult", records, concluded(records), [], MANIFEST, sheets=found)
    for text in ("<b>bad", "<img", "Local_law_144"):
        assert text not in html
    for text in ("&lt;b&gt;bad&lt;/b&gt;", "<br>second line", f'<em class="soft">{BLANK}</em>'):
        assert text in html
    for title in ("NYC Local Law 144", "Four-fifths rule", "EU AI Act, Article 10", "Model card: full model"):
        assert f"<h3>{title}" in html
    assert html.count("<h3>Sign-off</h3>") == 1


def test_who_signs_stands_in_the_last_table_of_the_report():
    signed = facts(answers=Answers(texts={"sign_off.name": "A. Auditor"}))
    html = render("adult", signed.records, concluded(signed.records), [], MANIFEST, sheets=sheets(signed))
    assert re.search(r"<h3>Sign-off</h3>.*<dt>Name</dt><dd>A\. Auditor</dd>", html, re.DOTALL)


def test_hostile_names_of_columns_are_text():
    records = sample_records(sensitive=HOSTILE, groups=(HOSTILE, "Male"))
    made = sheets(Facts(schema(HOSTILE), records, MANIFEST, [HOSTILE]))
    html = render("adult", records, concluded(records), [HOSTILE], MANIFEST, sheets=made)
    assert not any(text in html for text in ("<b>bad", "<img"))


def test_a_reference_outcome_is_named_as_such_and_not_as_unused():
    columns = (*schema().columns, *(Column(name=name, kind="categorical", role="ignored") for name in ("id", "second")))
    told = roles(facts(said={"columns": columns, "reference": "second"}))
    assert "Reference outcome, never learned: column 'second'." in told
    assert "not used: id." in told


def test_a_section_is_for_regulators_once_somebody_chose_it():
    found = sheets(facts())
    assert not any(is_chosen(sheet) for sheet in found)
    written = sheets(facts(answers=Answers(texts={"eu_ai_act.origin": "Our own system."})))
    assert [sheet.key for sheet in written if is_chosen(sheet)] == ["eu_ai_act"]
    html = render("adult", sample_records(), concluded(sample_records()), [], MANIFEST, sheets=written)
    part, _, annexes = html[html.index('<section id="part-3"') :].partition('<section id="annexes"')
    assert "Our own system." in part
    assert '<section id="eu_ai_act"' in part
    assert '<section id="article_4a"' not in part
    assert '<section id="article_4a"' in annexes


def test_what_is_undecided_is_listed_once_by_attribute():
    """Every setup of every source was a part of one list: "full model, sex, compact model, sex, full model, sex"."""
    few = [
        one.model_copy(update={"low": 0.0, "high": 0.4}) if one.metric == "demographic_parity_difference" else one
        for one in sample_records()
    ]
    said = undecided(facts(few))
    assert said.count("too few rows for a verdict") == said.count("By sex, too few") == 1
    (listed,) = re.findall(r"what models decide that learned from them \((.*?)\)", said)
    names = listed.split(", ")
    assert len(names) == len(set(names)) > 1
