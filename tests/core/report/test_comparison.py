import json

from core.audit.records import Record
from core.report.comparison import as_json, comparison, headlines, left_out, over_all_groups, pair_up


def record(value, low=None, high=None, **fields):
    given = {"source": "original", "protocol": "A", "metric": "accuracy", **fields}
    return Record(value=value, low=low, high=high, **given)


UNKNOWN = (None, None)
FIRST = [record(0.8, 0.7, 0.9), record(0.5, 0.4, 0.6, metric="tpr", sensitive="s", group="a")]
SECOND = [
    record(0.85, 0.84, 0.86),
    record(0.9, 0.8, 1, metric="tpr", sensitive="s", group="a"),
    record(None, metric="auc"),
]


def test_two_audits_stand_side_by_side_with_their_difference():
    table = comparison(over_all_groups(pair_up(FIRST, SECOND), UNKNOWN), ("a", "b"))
    assert [[cell.text for cell in cells[-2:]] for cells in table.rows] == [["+0.050", "overlap"], ["–", "–"]]
    assert table.rows[1][-4].text == "–"


def test_the_main_figures_of_both_come_first_and_the_rest_is_counted():
    mine = [record(0.1, metric="theil"), *FIRST, record(0.7, metric="demographic_parity_ratio", sensitive="age")]
    found = pair_up(mine, [record(0.2, metric="theil"), *SECOND])
    assert [pair.record.metric for pair in headlines(found, UNKNOWN)] == ["accuracy"]
    assert [pair.record.metric for pair in over_all_groups(found, UNKNOWN)][:2] == ["accuracy", "theil"]
    assert left_out(found, ("a", "b"), UNKNOWN) == [
        "The attributes differ: s, age in a; s in b.",
        "Figures left out here: 1 that both have, 1 that only a has, 1 that only b has.",
    ]


def test_the_first_audits_favourable_outcome_counts_and_another_one_is_said():
    ratios = {"metric": "demographic_parity_ratio", "sensitive": "s"}
    records = [record(0.7, positive="1", **ratios), record(0.9, positive="0", **ratios)]
    found = pair_up(records, records)
    assert [pair.record.positive for pair in headlines(found, UNKNOWN)] == ["1"]
    assert [pair.record.positive for pair in headlines(found, ("0", "1"))] == ["0"]
    said = "a counts “0” as the favourable outcome, b counts “1”; here “0” counts."
    assert said in left_out(found, ("a", "b"), ("0", "1"))


def test_json_has_the_groups_too():
    found = as_json(pair_up(FIRST, SECOND), ("a", "b"))
    json.dumps(found, allow_nan=False)
    group = next(figure for figure in found["figures"] if figure["group"] == "a")
    assert group["intervals"] == "apart"
    assert group["difference"] == 0.4
    absent = next(figure for figure in found["figures"] if figure["metric"] == "auc")
    assert absent["first"] is None
    assert absent["second"]["value"] is None


def test_an_audit_against_itself_differs_in_nothing():
    assert {pair.difference for pair in pair_up(FIRST, FIRST)} == {0.0}
