"""Local Law 144 from counts and from people. The counts are the worked example of the rule, 6 RCNY § 5-301(b)."""

import io

import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.local_law_144 import BiasAuditColumns
from core.audit.record_set import RecordSet
from core.data.decision_columns import DecisionColumn
from core.data.decision_roles import DecisionRoles
from core.data.sources.upload import from_frame
from core.errors import ConfigError, DataError
from core.findings.four_fifths import US_EMPLOYMENT
from core.pipeline import (
    BiasAuditRequest,
    audit_model_decisions,
    bias_audit,
    map_bias_audit,
    write_summary,
)
from core.report.output import pdf

SEX = {"Male": (1390, 667, "1.00"), "Female": (1181, 555, "0.979")}
RACE = {
    "Hispanic or Latino": (408, 204, "0.97"),
    "White": (797, 412, "1.00"),
    "Black or African American": (390, 170, "0.84"),
    "Native Hawaiian or Pacific Islander": (119, 52, "0.85"),
    "Asian": (616, 302, "0.95"),
    "Native American or Alaska Native": (41, 18, "0.85"),
    "Two or More Races": (213, 96, "0.87"),
}
BOTH = {
    ("Male", "Hispanic or Latino"): (205, 90, "0.841"),
    ("Female", "Hispanic or Latino"): (190, 82, "0.827"),
    ("Male", "White"): (412, 215, "1.000"),
    ("Male", "Black or African American"): (226, 95, "0.806"),
    ("Male", "Native Hawaiian or Pacific Islander"): (87, 37, "0.815"),
    ("Male", "Asian"): (321, 167, "0.997"),
    ("Male", "Native American or Alaska Native"): (24, 11, "0.878"),
    ("Male", "Two or More Races"): (115, 52, "0.866"),
    ("Female", "White"): (385, 197, "0.981"),
    ("Female", "Black or African American"): (164, 75, "0.876"),
    ("Female", "Native Hawaiian or Pacific Islander"): (32, 15, "0.898"),
    ("Female", "Asian"): (295, 135, "0.877"),
    ("Female", "Native American or Alaska Native"): (17, 7, "0.789"),
    ("Female", "Two or More Races"): (98, 44, "0.860"),
}
UNKNOWN = 250


def lines(table, *categories):
    """The table of the rule as counts; the people of unknown category have no number of selected."""
    rows = [[*(name if isinstance(name, tuple) else (name,)), n, k] for name, (n, k, _) in table.items()]
    rows.append([*["Unknown"] * len(categories), UNKNOWN, None])
    return pd.DataFrame(rows, columns=[*categories, "# of Applicants", "# Selected"])


def audited(counts, **more):
    return bias_audit(counts, BiasAuditRequest(unknown=("Unknown",), **more))


@pytest.mark.parametrize(
    ("table", "categories", "sensitive"),
    [
        (SEX, ("Sex Categories",), "Sex Categories"),
        (RACE, ("Race/Ethnicity Categories",), "Race/Ethnicity Categories"),
        (BOTH, ("Sex", "Race/Ethnicity"), "Sex × Race/Ethnicity"),
    ],
)
def test_the_worked_example_of_the_rule_is_reproduced_from_its_counts(table, categories, sensitive):
    mine = RecordSet(audited(lines(table, *categories)).records).where(sensitive=sensitive)
    for name, (n, k, ratio) in table.items():
        group = " × ".join(name) if isinstance(name, tuple) else name
        value = {one.metric: one.value for one in mine.where(group=group)}
        assert (value["applicants"], value["selected"]) == (n, k)
        assert value["selection_rate"] == k / n
        digits = len(ratio.partition(".")[2])
        assert f"{value['impact_ratio']:.{digits}f}" == ratio
    assert mine.one(metric="unknown").value == UNKNOWN


def test_a_column_of_counts_holds_no_categories():
    table = pd.DataFrame({"band": ["old", "young"], "applicants": [80, 90], "selected": [20, 30]})
    with pytest.raises(DataError, match="Column 'applicants' counts people, so it holds no categories"):
        bias_audit(table, BiasAuditRequest(race="applicants"))


def test_people_and_their_counts_give_the_same_figures():
    rng = np.random.default_rng(0)
    people = pd.DataFrame({"sex": rng.choice(["f", "m"], 400), "race": rng.choice(["x", "y"], 400)})
    people["hired"] = np.where(rng.random(400) < 0.4, "yes", "no")
    counts = people.groupby(["sex", "race"])["hired"].agg(applicants="size", selected=lambda one: (one == "yes").sum())
    of_people = bias_audit(people, BiasAuditRequest(selection="hired", means_selected="yes"))
    assert of_people.records == bias_audit(counts.reset_index(), BiasAuditRequest()).records


def test_a_score_is_counted_above_its_median():
    people = pd.DataFrame({"sex": ["f", "m"] * 50, "points": range(100)})
    found = RecordSet(bias_audit(people, BiasAuditRequest(score="points")).records)
    assert found.one(metric="median_score").value == 49.5
    assert found.one(metric="scoring_rate", group="f").value == 0.5


@pytest.mark.parametrize(
    ("columns", "request_", "sentence"),
    [
        ({"town": ["a"], "applicants": [1], "selected": [1]}, {}, "No column is named like sex or race"),
        ({"sex": ["f"], "selected": [1]}, {}, "No column is named like the number of applicants"),
        ({"sex": ["f"], "applicants": [1]}, {}, "No column is named like the number of selected"),
        ({"sex": ["f"], "s": [1]}, {"score": "s", "applicants": "s"}, "the columns of counts do not fit"),
        ({"sex": ["f", "m"], "applicants": [9, 9], "selected": [0, 0]}, {}, "nobody was selected"),
        (
            {"sex": ["f", "m"], "applicants": [9, 9], "selected": [1, 2]},
            {"unknown": ("Q",)},
            "No row has the category 'Q'",
        ),
    ],
)
def test_what_is_not_there_is_said(columns, request_, sentence):
    with pytest.raises((DataError, ConfigError), match=sentence):
        bias_audit(pd.DataFrame(columns), BiasAuditRequest(**request_))


def pages(content):
    pypdf = pytest.importorskip("pypdf")
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def needs_weasyprint():
    try:
        pdf.paged("<p>")
    except ConfigError as error:
        pytest.skip(str(error))


def test_the_summary_of_every_category_fits_one_printed_page(tmp_path):
    needs_weasyprint()
    texts = {
        f"local_law_144.{key}": "Some words about it, as a person writes them. " * 3 for key in ("tool", "auditor")
    }
    found = audited(lines(BOTH, "Sex", "Race/Ethnicity"), texts=texts)
    (page,) = pages(write_summary(found, tmp_path / "made" / "summary.pdf").read_bytes())
    for words in ("Male × Two or More Races", "0.789", "unknown category", "2,821 individuals", "Some words about it"):
        assert words in page


def test_the_summary_is_one_html_file_that_loads_nothing(tmp_path):
    text = write_summary(audited(lines(SEX, "Sex")), tmp_path / "summary.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "1,390" in text
    assert " rows" not in text


def decisions(tmp_path):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], 600), "race": rng.choice(["x", "y"], 600)})
    frame["tool"] = np.where(rng.random(600) < np.where(frame["sex"] == "f", 0.3, 0.5), "yes", "no")
    frame["later"] = np.where(rng.random(600) < 0.5, "yes", "no")
    schema = from_frame(frame, "hiring.csv").schema
    for name, role in {"sex": "sensitive", "race": "sensitive", "later": "target"}.items():
        schema = schema.edited(name, role=role)
    schema = schema.replaced(positive="yes", favorable="positive", decision=US_EMPLOYMENT)
    out = tmp_path / "run"
    audit_model_decisions(from_frame(frame, "hiring.csv", schema), DecisionRoles((DecisionColumn("tool"),)), out=out)
    return out, frame


def test_the_summary_of_a_run_is_of_the_decisions_of_the_model(tmp_path):
    run, frame = decisions(tmp_path)
    with pytest.raises(ConfigError, match="no bias audit"):
        write_summary(run, tmp_path / "summary.html")
    map_bias_audit(run, BiasAuditColumns(sex="sex", race_ethnicity="race", selection="tool", selected="yes"))
    text = write_summary(run, tmp_path / "summary.html").read_text(encoding="utf-8")
    assert f'<td class="n">{(frame["sex"] == "f").sum()}</td>' in text
    assert "600 individuals were assessed." in text
    assert " rows" not in text


def test_what_was_counted_is_evenhands_text_until_a_person_writes_another():
    def outcome(**texts):
        found = bias_audit(lines(SEX, "Sex"), BiasAuditRequest(unknown=("Unknown",), texts=texts)).sheet
        return next(one for part in found.parts for one in part.fields if one.key == "local_law_144.outcome")

    assert outcome().text == "Counted by category: column '# of Applicants', and of these '# Selected'."
    assert outcome().origin == "written by Evenhand"
    mine = outcome(**{"local_law_144.outcome": "Invited to an interview."})
    assert (mine.text, mine.origin) == (
        "Invited to an interview.",
        "written by the reader, in place of Evenhand's text",
    )


def test_the_verdict_stands_beside_the_group_and_no_column_is_empty():
    (table,) = bias_audit(lines(SEX, "Sex"), BiasAuditRequest(unknown=("Unknown",))).tables()
    assert table.header[:5] == ("measured on", "source", "group", "verdict", "n")
    assert table.header[-1] == "why"
    for place, head in enumerate(table.header):
        assert any(row[place].text != "–" for row in table.rows), head
    verdicts = {row[2].text: row[3].text for row in table.rows}
    assert verdicts == dict.fromkeys(SEX, "no gap beyond the margin")
