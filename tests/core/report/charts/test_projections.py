"""All pictures beyond the records' charts: drawn with hostile names, which must stay text and lose no mark."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from core.audit.explain.projections import Projection
from core.audit.metrics.fidelity import pair_similarity
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.run import audit_table
from core.audit.statistics.marginals import marginal
from core.data.column import Column
from core.data.schema import Schema
from core.events import Event
from core.report.charts import column_figures, distributions, losses, projections
from core.report.output.html import drawing

HOSTILE = 'a.b[0]"<script>'
OTHER = "it's \\ {x} ${y} datum['z']"
FILE = "x.csv</script>"


def schema():
    return Schema(
        columns=(
            Column(name=HOSTILE, kind="categorical"),
            Column(name=OTHER, kind="numerical"),
            Column(name="day", kind="datetime"),
            Column(name="s", kind="categorical", role="sensitive"),
            Column(name="y", kind="categorical", role="target"),
        ),
        positive="1",
    )


def frame(n, seed=0):
    rng = np.random.default_rng(seed)
    made = pd.DataFrame(
        {
            HOSTILE: pd.array(rng.choice([HOSTILE, OTHER], n), dtype="str"),
            OTHER: rng.normal(size=n),
            "day": (pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), unit="D")).astype(
                "datetime64[us]"
            ),
            "s": pd.array(rng.choice([HOSTILE, "m"], n), dtype="str"),
            "y": pd.array(rng.choice(["0", "1"], n), dtype="str"),
        }
    )
    made.loc[::9, [HOSTILE, OTHER]] = None
    return made


def clouds(method, groups=(HOSTILE, "m")):
    rng = np.random.default_rng(0)
    points = pd.DataFrame(rng.normal(size=(60, 2)) * [9, 1], columns=["x", "y"])
    points["source"] = np.repeat(["original", FILE], 30)
    points["group"] = np.resize(np.asarray(groups, dtype=object), 60)
    told = Record(source=FILE, protocol="overlay", metric="c2st_auc", value=0.6, low=0.5, high=0.7, n=60)
    return Projection(points, [told], method, "One fit.")


def shap_records(columns):
    return [
        Record(
            source=source,
            protocol="explanation",
            metric=f"{kind}:{name}",
            sensitive=name if place == len(columns) - 1 else None,
            positive="1",
            seed=0,
            value=0.1 / (place + 1),
            low=0.09 / (place + 1),
            high=0.12 / (place + 1),
            n=500,
        )
        for source in ("original", FILE)
        for place, name in enumerate(columns)
        for kind in ("shap", "shap_share")
    ]


def proxy_records():
    return [
        Record(
            source="original", protocol="independence", metric=f"proxy_auc:{name}", sensitive=HOSTILE, split="all"
        ).model_copy(update={"value": value, "low": value - 0.02, "high": value + 0.02})
        for name, value in ((OTHER, 0.6), (HOSTILE, 0.9), ("day", 0.49))
    ]


def similarity():
    return pair_similarity(frame(200), frame(200, 1), schema())


FRAMES = {"original": frame(200), FILE: frame(150, 1)}
FIGURES = {
    "scatter by source": lambda: projections.scatter(clouds("pca")),
    "scatter by group": lambda: projections.scatter(clouds("tsne"), "group"),
    "importances": lambda: column_figures.importances(RecordSet(shap_records([HOSTILE, OTHER]))),
    "proxies": lambda: column_figures.proxies_of(RecordSet(proxy_records()), HOSTILE),
    "missing": lambda: column_figures.missing_by_group(RecordSet(audit_table(frame(200), schema())), "s"),
    "bars": lambda: distributions.marginal(marginal(schema(), HOSTILE, FRAMES)),
    "steps": lambda: distributions.marginal(marginal(schema(), OTHER, FRAMES)),
    "days": lambda: distributions.marginal(marginal(schema(), "day", FRAMES)),
    "pairs": lambda: distributions.associations(similarity(), FILE),
}
# What must be read in the picture itself.
SEEN = {
    "scatter by source": FILE,
    "scatter by group": HOSTILE,
    "importances": HOSTILE,
    "proxies": HOSTILE,
    "missing": HOSTILE,
    "bars": HOSTILE,
    "steps": FILE,
    "days": FILE,
    "pairs": HOSTILE,
}


def texts(svg):
    return [re.sub(r"&lt;", "<", found) for found in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


@pytest.mark.parametrize("name", FIGURES)
def test_names_from_strangers_are_text_in_every_picture(name):
    figure = FIGURES[name]()
    svg = str(drawing(figure).picture)
    shown = [text.replace("&gt;", ">").replace("&quot;", '"') for text in texts(svg)]
    assert any(SEEN[name] in text for text in shown), shown
    assert "<script" not in svg
    assert "NaN" not in svg
    assert "undefined" not in svg


@pytest.mark.parametrize("name", FIGURES)
def test_every_picture_says_what_it_shows_and_has_its_table(name):
    figure = FIGURES[name]()
    assert figure.title
    assert figure.caption.endswith(".")
    assert figure.table.rows
    assert {len(row) for row in figure.table.rows} == {len(figure.table.header)}
    json.dumps(figure.spec, allow_nan=False)
    fields = set(re.findall(r'"field": "([^"]*)"', json.dumps(figure.spec)))
    assert fields <= {"x", "y", "source", "group", "label", "value", "low", "high", "share", "one", "two", "distance"}


def data(figure):
    """The rows of a picture of one data set."""
    (rows,) = figure.spec["datasets"].values()
    return rows


def marks(figure):
    return str(drawing(figure).picture).count("<use ")


@pytest.mark.parametrize("colour_by", ["source", "group"])
def test_no_point_of_a_cloud_is_lost(colour_by):
    assert marks(projections.scatter(clouds("pca"), colour_by)) == 60


def test_axes_of_a_projection_are_equal_and_bear_numbers_only_where_they_mean_something():
    pca, tsne = (projections.scatter(clouds(method)).spec for method in ("pca", "tsne"))
    spans = [np.ptp(pca["encoding"][axis]["scale"]["domain"]) for axis in ("x", "y")]
    assert spans[0] == pytest.approx(spans[1])
    assert pca["width"] == pca["height"]
    assert pca["encoding"]["x"]["axis"]
    assert tsne["encoding"]["x"]["axis"] is None


def test_groups_beyond_the_colours_are_one():
    figure = projections.scatter(clouds("pca", [f"g{place}" for place in range(12)]), "group")
    domain = figure.spec["encoding"]["color"]["scale"]["domain"]
    assert len(domain) == 8
    assert domain[-1] == "(other 5 groups)"
    assert len(figure.spec["encoding"]["color"]["scale"]["range"]) == 8


def test_a_sensitive_column_is_drawn_and_marked_though_it_counts_least():
    figure = column_figures.importances(RecordSet(shap_records([f"c{place}" for place in range(20)])))
    labels = figure.spec["layer"][0]["encoding"]["y"]["sort"]
    assert len(labels) == 15
    assert labels[-1] == "c19 (sensitive)"
    assert "Only 15 of 20" in figure.caption
    assert len(figure.table.rows) == 40


def test_proxies_are_sorted_by_what_they_tell():
    labels = column_figures.proxies_of(RecordSet(proxy_records()), HOSTILE).spec["layer"][1]["encoding"]["y"]["sort"]
    assert labels == [HOSTILE, OTHER, "day"]


def people(groups, missing=0.3):
    """Two sensitive columns, one with gaps, and a gap in a column that is not; one group has a single row."""
    from core.data.column import Column
    from core.data.schema import Schema

    columns = (
        Column(name="y", kind="categorical", role="target"),
        Column(name="a", kind="categorical", role="sensitive"),
        Column(name="b", kind="categorical", role="sensitive"),
        Column(name="x", kind="categorical"),
    )
    rows = [
        ("yes" if place % 2 else "no", f"g{place % groups:02}", "u" if place % 3 else None)
        for place in range(groups * 120)
    ]
    table = pd.DataFrame(rows, columns=["y", "a", "b"])
    table["x"] = ["v" if place % 4 else None for place in range(len(table))]
    table.loc[len(table)] = ["yes", "tiny", "u", "v"]
    return table.astype("str").where(table.notna()), Schema(columns=columns, positive="yes")


def test_no_group_is_dropped_from_the_missing_values():
    records = audit_table(*people(7))
    crossed = column_figures.missing_by_group(RecordSet(records), "a × b")
    assert len(data(crossed)) == 15
    assert "Hollow marks" in crossed.caption
    assert {row["label"].partition("|")[2] for row in data(crossed)} >= {"g00 × u", "g06 × (missing)", "tiny × u"}
    assert [row["small"] for row in data(crossed)].count(True) == 1
    # That b is missing in the group of those whose b is missing says nothing.
    assert {r.metric for r in records if r.sensitive == "b" and r.metric.startswith("missing:")} == {"missing:x"}


def test_of_too_many_groups_the_largest_are_drawn_and_the_rest_counted():
    figure = column_figures.missing_by_group(RecordSet(audit_table(*people(30))), "a")
    labels = {row["label"].partition("|")[2] for row in data(figure)}
    assert len(labels) == 24
    assert "tiny" not in labels
    assert "24 largest groups are drawn; 7 more are in the table only." in figure.caption


def test_squares_are_the_audits_pair_trends():
    figure = distributions.associations(similarity(), FILE)
    assert 1 - np.mean([row["distance"] for row in data(figure)]) == pytest.approx(np.mean(list(similarity().values())))


def test_no_picture_without_figures():
    assert column_figures.importances(RecordSet()) is None
    assert column_figures.proxies_of(RecordSet(), "sex") is None
    assert column_figures.missing_by_group(RecordSet(), "sex") is None
    assert distributions.associations({}, "synthetic") is None
    assert losses.loss_curves([Event("audit", 1, 3)]) == []


def test_a_curve_a_term_over_the_whole_stage():
    events = [Event("teacher", step, 1000, {"loss": 1 / step, HOSTILE: float("nan")}) for step in range(1, 801)]
    loss, broken = losses.loss_curves([*events, Event("student", 1, 8, {"quality": 1.0})])[:2]
    assert loss.title == "Full model: total loss"
    assert loss.spec["encoding"]["x"]["scale"]["domain"] == [0, 1000]
    steps = [row["step"] for row in data(loss)]
    assert steps[0] == 1
    assert steps[-1] == 800
    assert len(steps) <= 300
    assert len(loss.table.rows) == 20
    assert broken.table.rows == ()
    assert "<svg" in drawing(broken).picture
    json.dumps(broken.spec, allow_nan=False)


def test_a_stage_begun_anew_replaces_what_it_had():
    events = [Event("teacher", step, 3, {"loss": value}) for value in (5.0, 1.0) for step in (1, 2)]
    (figure,) = losses.loss_curves(events)
    assert [row["value"] for row in data(figure)] == [1.0, 1.0]
