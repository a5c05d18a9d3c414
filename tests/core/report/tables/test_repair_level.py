import json

import pytest

from core.audit.display_names import protocol_name
from core.audit.metrics.names import PARITY_DIFFERENCE, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.audit.repair_level import PROTOCOLS, Choice, Goal, candidates, choose, source_name
from core.report.output.html import drawing, render, tables_of
from core.report.output.readback import read_report
from core.report.tables import repair_level
from tests.core.report.samples import concluded, sample_records

SWEEP = {0.0: (0.85, 0.4), 0.5: (0.845, 0.7), 0.8: (0.84, 0.93), 1.0: (0.83, 0.97)}


def tried(constant=0.76, sensitive="sex", target=0.9):
    """Records as the trade-off's stage leaves them."""
    found = []
    for protocol in PROTOCOLS.values():
        common = {"protocol": protocol, "split": "validation", "positive": ">50K", "n": 5000}
        flawed = {"source": "constant", "status": Status.DEGENERATE, "note": "Degenerate."}
        found.append(Record(metric="accuracy", value=constant, **common, **flawed))
        for level, (accuracy, ratio) in SWEEP.items():
            mine = {"source": source_name(level), **common}
            for metric, value in (("accuracy", accuracy), ("balanced_accuracy", 0.7), ("auc", 0.8)):
                found.append(Record(metric=metric, value=value, low=value - 0.01, high=value + 0.01, **mine))
            bounds = {"low": ratio - 0.1, "high": min(ratio + 0.1, 1)}
            over = {"sensitive": sensitive, **mine}
            found.append(Record(metric="demographic_parity_ratio", value=ratio, **bounds, **over))
            found.append(Record(metric="demographic_parity_ratio_null_p10", value=0.92, **over))
            if protocol == "repair_level_search":
                found.append(Record(metric="labels_changed", value=level / 5, **mine))
    return RecordSet([*found, *choose(candidates(RecordSet(found)), Goal(PARITY_RATIO, target), 1.0).records()])


@pytest.fixture
def records():
    return RecordSet([*sample_records(), *tried()])


def spec(records, letter="A"):
    return json.dumps(repair_level.plane(records, letter).spec)


def test_the_report_has_reason_chart_and_table_and_loses_no_figure(records, tmp_path):
    html = render("x", records, concluded(records), [], {})
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    read = read_report(tmp_path / "report.html")
    assert "Repair level 0.8 of the label channel was chosen" in html
    for letter in PROTOCOLS:
        assert f"Parity against accuracy on validation rows, {protocol_name(letter)}</h4>" in html
    shown = {cell.place for cell in read.cells}
    assert not [
        place for place, r in enumerate(read.records) if r.protocol in PROTOCOLS.values() and place not in shown
    ]


def test_without_a_target_the_report_has_no_trade_off():
    assert "Trade-off" not in render("x", sample_records(), concluded(sample_records()), [], {})
    assert repair_level.plane(RecordSet(sample_records())) is None
    assert repair_level.reason(RecordSet(sample_records())) == ""


def test_the_chart_marks_the_chosen_one_the_target_and_the_constant(records):
    found = spec(records)
    assert '"choice": "chosen"' in found
    assert found.count('"choice": "meets target"') == found.count('"choice": "misses target"') / 2
    assert "target 0.9" in found
    assert "always-the-same guess" in found
    picture = drawing(repair_level.plane(records)).picture
    assert picture.startswith("<svg")
    assert ">0.8<" in picture  # the amount beside its mark
    assert "undefined" not in picture


def test_accuracy_is_across_and_parity_up_as_on_every_page(records):
    axes = [layer["encoding"]["x"].get("title") for layer in repair_level.plane(records).spec["layer"][1:6]]
    assert set(axes) == {"accuracy"}


def test_a_constant_far_below_does_not_press_the_marks_together():
    assert "always-the-same guess: 0.500, far left" in spec(tried(constant=0.5))
    assert "far left" not in spec(tried(constant=0.81))


def test_what_was_tried_stands_beside_what_chance_gives(records):
    table = repair_level.table(records)
    assert {"choice", "parity ratio", "chance limit", "outcomes altered"} <= set(table.header)
    choices = [row[2].text for row in table.rows if row[0].text == protocol_name("A")]
    assert choices == ["–", "misses target", "misses target", "chosen", "meets target"]
    assert ("Trade-off.2", repair_level.TRIED) in [
        (name, one.title) for name, one in tables_of(records, concluded(records), [], {})
    ]


def test_repair_levels_that_were_only_tried_are_no_sources_and_change_no_finding(records):
    assert records.sources == RecordSet(sample_records()).sources
    assert concluded(records).sentences == concluded(sample_records()).sentences


def test_several_attributes_have_columns_of_their_own_and_the_lowest_is_drawn():
    more = [r for r in tried(sensitive="race") if r.sensitive is not None]
    more = [r.model_copy(update={"value": (r.value or 0) / 2, "low": 0.1}) for r in more]
    table = repair_level.table(tried() + more)
    assert {"parity ratio, sex", "chance limit, sex", "parity ratio, race", "chance limit, race"} <= set(table.header)
    assert '"y": 0.485' in spec(tried() + more)


def test_a_choice_without_any_ratio_still_says_why():
    choice = Choice(target=0.9, repair_level=1.0, reached=False, why=("Nothing was chosen.",))
    assert repair_level.plane(RecordSet(choice.records())) is None
    assert repair_level.reason(RecordSet(choice.records())) == "Nothing was chosen."
    assert len(repair_level.choice_table(RecordSet(choice.records())).rows) == 2


def test_a_tolerance_has_its_own_columns_and_axis():
    found = []
    for protocol in PROTOCOLS.values():
        for level, difference in ((0.0, 0.2), (0.5, 0.08), (1.0, 0.02)):
            mine = {"source": source_name(level), "protocol": protocol, "split": "validation", "n": 5000}
            found.append(Record(metric="accuracy", value=0.8, low=0.79, high=0.81, **mine))
            bounds = {"low": max(difference - 0.05, 0), "high": difference + 0.05}
            found.append(Record(metric=PARITY_DIFFERENCE, value=difference, sensitive="sex", **bounds, **mine))
    goal = Goal(PARITY_DIFFERENCE, 0.1)
    records = RecordSet([*found, *choose(candidates(RecordSet(found)), goal, 1.0).records()])
    assert "rate difference" in repair_level.table(records).header
    assert [row[2].text for row in repair_level.table(records).rows[:3]] == ["misses target", "chosen", "meets target"]
    shown = spec(records)
    assert "suffices 0.1" in shown
    assert "[0.0, 0.25]" in shown
    assert repair_level.choice_table(records).rows[0][0].text == "difference that suffices"
