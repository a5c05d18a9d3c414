"""Tables and sentences about all classes of a target."""

from __future__ import annotations

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.output.console import plain
from core.report.tables.base import fairness_table
from core.report.tables.multiclass import class_table, recall_table
from tests.core.report.samples import concluded


def _record(metric: str, source: str, value: float, sensitive: str | None = None) -> Record:
    return Record(
        source=source,
        protocol="A",
        metric=metric,
        sensitive=sensitive,
        value=value,
        low=value - 0.05,
        high=value + 0.05,
        interval="wilson",
        n=100,
        split="holdout",
    )


RECORDS = RecordSet(
    [
        *(_record("multiclass_accuracy", source, value) for source, value in (("original", 0.8), ("synthetic", 0.9))),
        *(
            _record("multiclass_accuracy_difference", source, value, "color")
            for source, value in (("original", 0.3), ("synthetic", 0.1))
        ),
        _record("worst_class_demographic_parity_ratio", "original", 0.2, "color"),
    ]
)


def test_one_line_a_source_with_what_is_known() -> None:
    table = class_table(RECORDS, "color")
    assert [row[1].text for row in table.rows] == ["original", "synthetic"]
    assert len(table.header) == 6
    assert [row[3].text for row in table.rows] == ["0.800", "0.900"]
    assert [row[4].text for row in table.rows] == ["0.300", "0.100"]


def test_a_binary_target_has_no_such_table() -> None:
    assert class_table(RecordSet([_record("accuracy", "original", 0.8)]), "color").rows == ()


def test_figures_over_classes_stand_in_their_own_table_alone() -> None:
    heads = fairness_table(RecordSet([*RECORDS, _record("accuracy", "original", 0.8)]), "color").header
    assert not [head for head in heads if "class" in head]


def test_every_class_has_its_recall_in_one_table() -> None:
    recalls = [
        _record("class_recall", "original", value).model_copy(update={"positive": name})
        for name, value in (("3", 0.7), ("8", 0.4))
    ]
    table = recall_table(RECORDS + recalls)
    assert table.header[2:] == ("3", "8")
    assert [cell.text for cell in table.rows[0]] == ["model sees the group", "original", "0.700", "0.400"]


def test_a_shell_shows_the_interval_of_the_first_figure() -> None:
    table = plain(class_table(RECORDS, "color"))
    assert "n" not in table.header
    assert [cell.interval for cell in table.rows[0]][2:4] == ["[0.750, 0.850]", ""]


def test_the_summary_says_both_accuracies_and_both_gaps() -> None:
    (said,) = [one for one in concluded(RECORDS).sentences if "all classes" in one]
    for part in ("0.800", "0.900", "0.300", "0.100", "by color"):
        assert part in said
