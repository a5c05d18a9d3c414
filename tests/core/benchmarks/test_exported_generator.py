from pathlib import Path

import pandas as pd
import pytest

from core.benchmarks import exported_generator
from core.config import run_config
from core.data.sources.load import load
from core.pipeline import prepare, run_without_audit
from core.runs.run_folder import RunFolder
from core.runs.state import Status


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path: Path = tmp_path_factory.mktemp("exported") / "demo"
    config = run_config(preset="fast", epochs=1, pictures="none", generator_draws=1)
    prepare(load("demo", rows=500, seed=1), config, path)
    run_without_audit(path)
    RunFolder.open(path).job.update_state(status=Status.DONE)
    return exported_generator.measure(path, seeds=(0, 1))


def test_both_generators_are_measured_on_each_draw(measured: pd.DataFrame) -> None:
    assert measured["source"].tolist() == ["run", "run", "exported generator", "exported generator"]
    figures = measured[list(exported_generator.FIGURES)]
    assert figures.notna().all(axis=None)
    assert ((figures >= 0) & (figures <= 1)).all(axis=None)
    assert measured.groupby("source")["A: accuracy"].mean().between(0.4, 0.95).all()


def test_the_table_tells_means_with_their_standard_errors(measured: pd.DataFrame) -> None:
    lines = exported_generator.as_markdown({"demo": measured}).splitlines()
    assert len(lines) == 4
    own = measured.loc[measured["source"] == "run", "A: accuracy"]
    assert lines[2].startswith(f"| demo | run | {own.mean():.4f} ± {own.sem():.4f} |")
