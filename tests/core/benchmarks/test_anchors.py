"""Generators of others run in interpreters of their own, and exchange files."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from core.benchmarks.anchors import anchor
from core.benchmarks.anchors.anchor import FAILURE, Anchor
from core.benchmarks.anchors.catalog import ANCHORS
from core.benchmarks.problems import PROBLEMS, problem_rows
from core.errors import ConfigError

ENGINE = """
def fit(train, request):
    if request["seed"] == 7:
        raise ValueError("the engine's own words")
    rows = train.sample(frac=1, random_state=request["seed"])
    return lambda count: rows.head(count).assign(**{request["target"]: rows[request["target"]].to_numpy()[::-1]})
"""


@pytest.fixture(scope="module")
def rows():
    return problem_rows(PROBLEMS["demo"], "test")


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An anchor whose engine is a few lines, run by this Python through the real script."""
    engines = tmp_path / "engines"
    engines.mkdir()
    (engines / "generate.py").write_text((anchor.ENGINES / "generate.py").read_text(encoding="utf-8"), encoding="utf-8")
    (engines / "shuffled.py").write_text(ENGINE, encoding="utf-8")
    monkeypatch.setattr(anchor, "ENGINES", engines)
    monkeypatch.setattr(Anchor, "python", property(lambda _: Path(sys.executable)))
    return Anchor("Shuffled", "shuffled", "shuffled", fair=False)


def test_rows_and_seconds_come_back_by_files(own, rows, tmp_path):
    path, seconds = own.make(rows, tmp_path / "made", seed=1)
    made = pd.read_parquet(path)
    assert len(made) == len(rows.train)
    assert set(made) <= set(rows.train)
    assert set(seconds) == {"learning", "generating"}
    request = json.loads((tmp_path / "made" / "request.json").read_text(encoding="utf-8"))
    assert request == {"target": rows.schema.target, "sensitive": list(rows.schema.sensitive), "seed": 1}


def test_a_failure_keeps_the_engines_words_and_names_their_file(own, rows, tmp_path):
    with pytest.raises(ConfigError, match=f"Shuffled failed; its messages are in .*{FAILURE}"):
        own.make(rows, tmp_path / "made", seed=7)
    assert "the engine's own words" in (tmp_path / "made" / FAILURE).read_text(encoding="utf-8")


@pytest.mark.parametrize("one", ANCHORS, ids=[one.name for one in ANCHORS])
def test_an_anchor_that_is_not_installed_names_its_remedy(one, rows, tmp_path, monkeypatch):
    monkeypatch.setattr(anchor, "ROOT", tmp_path)
    with pytest.raises(ConfigError, match=f"{one.name} is not installed; run `make {one.environment}` first."):
        one.make(rows, tmp_path / "made")


@pytest.mark.parametrize("one", ANCHORS, ids=[one.name for one in ANCHORS])
def test_an_anchor_has_pinned_versions_an_engine_and_a_target_of_make(one):
    assert set(one.identity()) >= {f"constraints-{one.environment}.txt", f"{one.engine}.py"}
    pins = (anchor.ROOT / f"constraints-{one.environment}.txt").read_text(encoding="utf-8")
    assert "+cpu" not in pins  # a build that only some registries have
    assert f"\n{one.environment}: " in (anchor.ROOT / "Makefile").read_text(encoding="utf-8")
