"""What stands on which printed page."""

import io
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.config import RunConfig
from core.data.column import Column
from core.data.decision_columns import DecisionColumn
from core.data.decision_roles import DecisionRoles
from core.data.schema import Schema
from core.data.sources.load import load
from core.data.sources.upload import from_frame
from core.errors import ConfigError
from core.events import Event
from core.pipeline.results import render_html
from core.report.output.pdf import paged
from core.runs.run_folder import RunFolder

PARTS = ["1 At a glance", "2 For auditors", "3 For regulators"]
MAX_PAGES = 12
CONFIG = RunConfig(preset="fast", epochs=1, audit_seeds=(0,), pictures="none", generator_draws=1, audit_refits=0)


def census(rows):
    """A table in the form of Adult: five groups of one attribute, two of another, and all ten combined."""
    random = np.random.default_rng(0)
    races = ["White", "Black", "Asian-Pac-Islander", "Amer-Indian-Eskimo", "Other"]
    race = np.resize(np.repeat(races, [6, 3, 3, 2, 2]), rows)
    sex = np.where(random.random(rows) < 0.4, "Female", "Male")
    age = random.integers(17, 80, rows)
    rate = 0.2 + 0.2 * (sex == "Male") + 0.004 * (age - 17)
    income = np.where(random.random(rows) < rate, ">50K", "<=50K")
    predicted = np.where(random.random(rows) < 0.8, income, "<=50K")
    frame = pd.DataFrame({"age": age, "race": race, "sex": sex, "income": income, "predicted": predicted})
    columns = (
        Column(name="age", kind="integer"),
        Column(name="race", kind="categorical", role="sensitive"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="income", kind="categorical", role="target"),
        Column(name="predicted", kind="categorical", role="ignored"),
    )
    return from_frame(frame, "census.csv", Schema(columns=columns, positive=">50K"))


def trained(out):
    pipeline.run(census(600), CONFIG, out)


def demo(out):
    pipeline.run(load("demo", rows=150), CONFIG, out)


def audited(out):
    pipeline.audit_dataset(census(600), CONFIG, out=out)


def decided(out):
    pipeline.audit_model_decisions(census(600), DecisionRoles((DecisionColumn("predicted"),)), CONFIG, out=out)


@pytest.fixture(scope="module", params=[demo, trained, audited, decided], ids=lambda make: make.__name__)
def folder(request, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param.__name__) / "run"
    request.param(out)
    return RunFolder.open(out)


@pytest.fixture(scope="module")
def printed(folder):
    """The pages without annexes, and what was told while they were made."""
    from pypdf import PdfReader

    told: list[Event] = []
    try:
        return PdfReader(io.BytesIO(paged(render_html(folder, annexes=False), told.append))), told
    except ConfigError:
        pytest.skip("WeasyPrint or Pango is not installed")


def starts(reader):
    """The page of each heading of the first two levels, from 0."""

    def flat(items):
        for item in items:
            if isinstance(item, list):
                yield from flat(item)
            else:
                yield item

    return {item.title: reader.get_destination_page_number(item) for item in flat(reader.outline)}


def test_each_part_has_its_pages_and_together_they_are_few(printed):
    reader, told = printed
    found = starts(reader)
    begins = [found[part] for part in PARTS]
    assert begins[:2] == [0, 1]
    assert len(set(begins)) == len(PARTS)
    assert len(reader.pages) < MAX_PAGES
    assert "Annexes" not in found
    assert {event.stage for event in told} == {"pdf"}
    assert [event.step for event in told] == sorted(event.step for event in told)


def test_the_contents_name_the_pages(printed):
    reader, _ = printed
    found, contents = starts(reader), " ".join(reader.pages[1].extract_text().split())
    for title in (*PARTS, "Methods", "Multiplicity", "Sign-off"):
        after = contents.partition(title)[2]
        page = after.lstrip(". ").split()[0]
        assert int(page) == found[title] + 1, title


def test_every_audit_has_the_same_chapters(folder):
    html = render_html(folder, annexes=False)
    places = [
        html.index(f"<h3>{title}</h3>")
        for title in (
            "Scope",
            "Population and provenance",
            "Definitions as used here",
            "Methods",
            "Findings",
            "Group tables",
            "Power and minimum detectable difference",
            "Multiplicity",
            "Limits",
            "What was not tested",
            "Reproduction",
            "Versions",
            "Sign-off",
        )
    ]
    assert all(before < after for before, after in pairwise(places))


class References(HTMLParser):
    """Collects what a browser would load."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _, attrs):
        loaded = ("src", "href", "xlink:href", "srcset", "poster", "data", "action", "background")
        self.found += [value for name, value in attrs if name in loaded or (value and "url(" in value)]


def test_the_file_is_small_and_refers_to_nothing_outside(folder):
    html = folder.report_html.path.read_bytes()
    assert len(html) < 3_000_000
    parser = References()
    parser.feed(html.decode())
    assert parser.found
    assert [value for value in parser.found if not value.startswith(("#", "data:"))] == []
    assert b"@import" not in html
