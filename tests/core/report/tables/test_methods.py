import json
from itertools import pairwise

import pytest

from core.audit.records import Record, Status
from core.report.charts import methods as charts
from core.report.charts.label_placement import places
from core.report.output.csv_files import as_csv
from core.report.tables import methods
from core.report.tables.method_run import MethodRun
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.method_info import EVENHAND, MethodInfo
from tests.core.report.samples import SCHEMA

SENSITIVE = "sex"
OTHER = "fairdisco"


@pytest.fixture(autouse=True)
def of_every_kind(monkeypatch):
    """A system that makes decisions and one that makes a representation, whatever the catalogue has."""
    for makes in ("decisions", "representation"):
        monkeypatch.setitem(METHODS, makes, MethodInfo(f"Some {makes}", makes, "About.", "Somebody", ("a", "B"), {}))


def classified(source, protocol, accuracy, ratio, null_p10=0.93, status=Status.OK):
    common = {"source": source, "protocol": protocol, "positive": "yes", "n": 500}
    for metric in methods.UTILITY:
        yield Record(metric=metric, value=accuracy, low=accuracy - 0.02, high=accuracy + 0.02, status=status, **common)
    common |= {"sensitive": SENSITIVE}
    undefined = ratio is None
    bounds = {} if undefined else {"low": ratio - 0.1, "high": min(ratio + 0.1, 1)}
    note = "Undefined: the selection rate is 0 in every group." if undefined else ""
    how = Status.UNDEFINED if undefined else status
    yield Record(metric="demographic_parity_ratio", value=ratio, status=how, note=note, **bounds, **common)
    yield Record(metric="demographic_parity_ratio_null_p10", value=None if undefined else null_p10, **common)
    yield Record(metric="equalized_odds_ratio", value=ratio, **common)
    if not undefined:
        gap = round((1 - ratio) / 2, 6)
        yield Record(
            metric="demographic_parity_difference", value=gap, low=gap - 0.03, high=gap + 0.03, status=how, **common
        )


def references():
    yield from classified("original", "A", 0.8, 0.6)
    yield from classified("constant", "A", 0.55, None, status=Status.DEGENERATE)
    for metric in methods.FIDELITY:
        yield Record(source="original", protocol="fidelity", metric=metric, value=0.9)


def made(source, seconds=12.0):
    for metric in methods.FIDELITY:
        yield Record(source=source, protocol="fidelity", metric=metric, value=0.7)
    for metric in methods.COST:
        yield Record(source=source, protocol="generation", metric=metric, split="train", value=seconds)


def run(method=EVENHAND, *, source="synthetic", protocol="A", accuracy=0.75, ratio=0.95, seed=0, preset="fast", **more):
    figures = classified(source, protocol, accuracy, ratio, **more)
    records = [*references(), *figures, *(made(source) if source == "synthetic" else ())]
    return MethodRun(f"run-{method}-{seed}", method, preset, seed, tuple(records), SCHEMA, "cpu")


def column(table, head):
    return [row[table.header.index(head)] for row in table.rows]


def marks(figure):
    """Rows of the layer of marks, by name."""
    layers = [layer for layer in figure.spec["layer"] if "tooltip" in layer.get("encoding", {})]
    rows = figure.spec["datasets"][layers[0]["data"]["name"]]
    return {row["method"]: row for row in rows}


def test_each_run_is_a_line_beside_the_original_rows_and_the_constant():
    table = methods.results_table([run(), run(OTHER, ratio=0.5)], SENSITIVE, "A")
    assert [cell.text for cell in column(table, "method")] == [
        "Original rows",
        "Always-the-same guess",
        "Evenhand",
        METHODS[OTHER].title,
    ]
    assert [cell.text for cell in column(table, "verdict")] == ["gap found", "–", "too few rows to tell", "gap found"]
    assert [cell.text for cell in column(table, "coverage")] == ["0.900", "–", "0.700", "0.700"]
    assert column(table, "parity ratio")[2].interval == "[0.850, 1.000]"
    assert [cell.text for cell in column(table, "seconds to learn")][2:] == ["12", "12"]


def test_the_table_as_csv_has_bounds_and_status_in_columns_of_their_own():
    bad = run(OTHER, accuracy=0.56, ratio=0.99, status=Status.DEGENERATE)
    head, *rows = as_csv(methods.results_table([bad], SENSITIVE, "A")).splitlines()
    assert {"parity ratio", "parity ratio low", "parity ratio high", "parity ratio status"} <= set(head.split(","))
    assert "degenerate" in rows[-1]


def test_a_degenerate_run_gets_no_verdict_and_a_hollow_mark_with_the_word():
    drawn = charts.plane([run(), run(OTHER, accuracy=0.56, ratio=0.99, status=Status.DEGENERATE)], SENSITIVE)
    found = marks(drawn)
    assert found[METHODS[OTHER].title]["hollow"]
    assert found[METHODS[OTHER].title]["verdict"] == "too few rows to tell"
    assert not found["Evenhand"]["hollow"]
    assert f"{METHODS[OTHER].title} (no better than guessing)" in json.dumps(drawn.spec)


def test_a_run_without_a_ratio_is_drawn_by_its_accuracy_and_said():
    runs = [run(), run(OTHER, ratio=None)]
    drawn = charts.plane(runs, SENSITIVE)
    assert f"{METHODS[OTHER].title} (ratio undefined)" in json.dumps(drawn.spec)
    assert methods.not_drawn(runs, SENSITIVE, "A") == [
        f"{METHODS[OTHER].title} has no parity ratio. Undefined: the selection rate is 0 in every group."
    ]


def test_what_chance_gives_is_a_band_over_all_runs_or_a_line():
    band = charts.plane([run(null_p10=0.90), run(OTHER)], SENSITIVE)
    assert "chance limit: 0.900 to 0.930" in json.dumps(band.spec)
    line = charts.plane([run()], SENSITIVE)
    assert "chance limit: 0.930" in json.dumps(line.spec)


def test_decisions_stand_under_a_and_representations_under_c():
    runs = [run("decisions", source="decisions"), run("representation", source="representation", protocol="C")]
    assert [one.label for one in methods.lines(runs, SENSITIVE, "A")][2:] == ["Some decisions"]
    assert [one.label for one in methods.lines(runs, SENSITIVE, "C")][2:] == ["Some representation"]
    assert methods.not_drawn(runs, SENSITIVE, "A") == [
        "Some representation makes a representation, which is judged by itself."
    ]
    assert methods.not_drawn(runs, SENSITIVE, "C") == ["Some decisions has no representation to judge."]
    assert set(marks(charts.plane(runs, SENSITIVE, "C"))) == {"Original rows", "Some representation"}


def test_there_is_no_plane_of_references_alone():
    assert charts.plane([], SENSITIVE) is None
    assert charts.plane([run("decisions", source="decisions")], SENSITIVE, "C") is None


def test_runs_that_share_a_method_are_told_apart_by_preset_seed_and_folder():
    runs = [run(), run(preset="paper"), run(OTHER), run(OTHER, seed=1)]
    title = METHODS[OTHER].title
    assert methods.labels(runs) == [
        "Evenhand, fast",
        "Evenhand, paper",
        f"{title}, fast, seed 0",
        f"{title}, fast, seed 1",
    ]
    assert len(set(methods.labels([run(), run()]))) == 1  # two of one folder are one


def test_time_and_size_are_drawn_where_there_are_any():
    found = charts.cost([run(), run("decisions", source="decisions")])
    assert [one.title for one in found] == ["Seconds to learn and to generate", "Size of the networks"]
    assert all(one.caption and one.table.rows for one in found)
    assert charts.cost([run("decisions", source="decisions")]) == []
    table = methods.cost_table([run(), run("decisions", source="decisions")])
    assert [cell.text for cell in column(table, "trained parameters")] == ["12", "–"]


def test_names_in_a_crowd_do_not_cover_one_another():
    crowd = [(200.0 + 4 * at, 100.0 + 3 * at) for at in range(6)]
    found = places(crowd, ["a method"] * 6, 600, 400)
    assert len({(place.x, place.y, place.align) for place in found}) == 6
    rows = sorted(place.y for place in found if place.align == "left")
    assert all(after - before > 10 for before, after in pairwise(rows))


def test_names_stay_inside_the_plane():
    corners = [(5.0, 5.0), (595.0, 5.0), (5.0, 395.0), (595.0, 395.0)]
    aligned = [place.align for place in places(corners, ["some long name"] * 4, 600, 400)]
    assert aligned == ["left", "right", "left", "right"]
