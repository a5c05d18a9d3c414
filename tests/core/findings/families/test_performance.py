from tests.core.findings.families.records import concluded, figure


def accuracy(source, value):
    where = {"source": source, "protocol": "A", "sensitive": None, "split": "holdout"}
    return [figure("accuracy", value, value - 0.02, value + 0.02, **where), figure("balanced_accuracy", 0.6, **where)]


def lost(source, value):
    where = {"source": source, "protocol": "change", "sensitive": None, "split": "holdout"}
    return [figure("accuracy", -value, -value - 0.01, -value + 0.01, **where)]


def test_accuracy_is_told_in_people_once_for_all_files():
    found = concluded(
        accuracy("constant", 0.5),
        accuracy("original", 0.8),
        accuracy("first", 0.78),
        accuracy("second", 0.7),
        lost("first", 0.02),
        lost("second", 0.1),
    )
    (told,) = found.sentences
    assert told == (
        "Of 1,000 real test rows, classifiers judge rightly: 500 by always the same guess, 800 from the original rows, "
        "780 from the “first” rows, 700 from the “second” rows (model sees the group; balanced accuracy 0.600, 0.600, "
        "0.600, 0.600)."
    )
    assert [one.claim.figure.source for one in found.of("performance")] == ["second", "first"]  # the larger loss first


def test_a_single_accuracy_says_nothing():
    assert not concluded(accuracy("original", 0.8)).sentences
