"""What an audit did not test, as the manifest of its run says it."""

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.limits import classifier_title, untested_table


def not_tested(manifest):
    return {row[0].text: row[1].text for row in untested_table(RecordSet([]), manifest).rows}


def test_the_manifest_says_what_classified_and_what_the_kind_of_data_leaves_open():
    found = not_tested({"classifier_title": "a network", "limits": [["Who can be seen", "Faces."]]})
    assert "a network" in found["Other classifiers"]
    assert found["Who can be seen"] == "Faces."


def test_other_classifiers_that_were_measured_are_not_said_to_be_absent():
    record = Record(source="original", protocol="A boosting", metric="accuracy", value=0.8)
    rows = untested_table(RecordSet([record]), {}).rows
    found = {row[0].text: row[1].text for row in rows}
    assert found["Other classifiers"].startswith("Other classifiers were measured by accuracy and parity only")


def test_an_earlier_manifest_falls_back_to_the_configured_classifier():
    assert classifier_title({"config": {"classifier": "boosting"}}) == "gradient boosting"
    assert classifier_title({}) == "a random forest"
    assert "Who can be seen" not in not_tested({})


def test_an_audit_of_decisions_speaks_of_no_classifier_and_no_synthetic_rows():
    found = not_tested({"rows": {"decided": 400}})
    assert "Rows that the model learned from" in found
    assert not {"Other classifiers", "Synthetic rows", "Drivers of the predictions"} & set(found)
