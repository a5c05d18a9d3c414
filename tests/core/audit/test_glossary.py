import pytest

from core.audit import glossary
from core.audit.metrics import catalog
from core.audit.records import Status
from core.report.charts.theme import PALETTE, SHAPES


@pytest.mark.parametrize("metric", catalog.METRICS)
def test_every_metric_has_a_label_and_a_sentence(metric):
    term = catalog.describe(metric)
    assert term.label
    assert term.sentence.endswith(".")


def test_no_word_of_ours_calls_anything_fair():
    texts = [term.label + term.sentence + term.limit for term in catalog.METRICS.values()]
    assert not any(" is fair" in text.lower() for text in texts)


def test_an_unknown_metric_keeps_its_name():
    assert catalog.describe("new_figure").label == "new figure"


def test_every_source_has_one_colour_and_one_shape():
    assert set(glossary.SOURCES) < set(PALETTE) == set(SHAPES)
    assert len(set(PALETTE.values())) == len(PALETTE)


@pytest.mark.parametrize("entries", [glossary.SOURCES, glossary.PROTOCOLS, glossary.STATUSES])
def test_every_entry_has_a_name_of_its_own_and_a_meaning(entries):
    assert len({entry.name for entry in entries.values()}) == len(entries)
    assert all(entry.name and entry.meaning for entry in entries.values())


def test_every_status_but_ok_is_explained():
    assert set(glossary.STATUSES) == {status.value for status in Status} - {"ok"}


def test_unknown_names_come_last():
    assert sorted(["x", "synthetic", "original"], key=glossary.source_rank) == ["original", "synthetic", "x"]
    assert sorted(["zz", "D", "data"], key=glossary.protocol_rank) == ["data", "D", "zz"]
    assert sorted(["all", "holdout", "train"], key=glossary.split_rank) == ["train", "all", "holdout"]
