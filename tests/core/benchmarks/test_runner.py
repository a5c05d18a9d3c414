from functools import partial

import pytest

from core.audit.records import Record
from core.benchmarks import runner
from core.benchmarks.experiments import Experiment
from core.benchmarks.runner import run_experiments
from core.errors import ConfigError
from core.events import ignore

RECORD = Record(source="original", protocol="A", metric="accuracy", value=0.5)


def task(system, seed=0, compute=lambda: [RECORD]):
    return Experiment("demo", system, seed, "test", {}), compute


def refused():
    raise ConfigError("The engine failed.")


def test_what_only_this_machine_has_is_not_sent_to_a_cluster(tmp_path, monkeypatch):
    sent = []

    def completed(tasks, address):
        sent.extend(tasks)
        yield from reversed([*enumerate(tasks)])  # in another order, as tasks end

    monkeypatch.setattr(runner, "completed", completed)
    away, here = partial(list, [RECORD]), partial(list, [RECORD])
    tasks = [task("file.csv", None, here), task("default", 0, away), task("default", 1, away)]
    table = run_experiments(tasks, tmp_path, ignore, local={"file.csv"}, cluster="10.0.0.5:6379")
    assert sent == [away, away]
    assert list(table.system) == ["file.csv", "default", "default"]
    assert list(table.generator_seed[1:]) == [0, 1]


def test_an_optional_system_may_fail_and_no_other(tmp_path):
    told = []
    table = run_experiments([task("other", 0, refused), task("default")], tmp_path, told.append, optional={"other"})
    assert list(table.system) == ["default"]
    assert "Left out: The engine failed." in [event.message for event in told]
    with pytest.raises(ConfigError, match="The engine failed"):
        run_experiments([task("other", 0, refused)], tmp_path / "again", ignore)


def test_saved_experiments_are_not_computed_again(tmp_path):
    run_experiments([task("default")], tmp_path, ignore)
    told = []
    run_experiments([task("default", 0, refused), task("default", 1)], tmp_path, told.append)
    assert [(event.step, event.message) for event in told] == [
        (1, "1 saved before"),
        (1, "demo: default, seed 1"),
        (2, "Measured."),
    ]
