"""The speed benchmark: its curves, its ratios between equal results, and its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from core.benchmarks import published_loop, speed, speed_page, speed_ratios
from core.benchmarks.made_up_tables import Shape, people, schema_of
from core.errors import ConfigError
from models.losses import v_squared


def test_every_curve_changes_one_thing_and_begins_at_the_smallest() -> None:
    for curve, points in speed.CURVES.items():
        assert [at for at, _ in points] == sorted({at for at, _ in points}), curve
        for at, shape in points:
            schema = schema_of(shape)
            found = {
                "rows": shape.rows,
                "columns": len(schema.columns),
                "values of a category": shape.levels,
                "groups": shape.origins,
            }
            assert found.pop(curve) == at
            assert found.items() <= {"rows": 30_000, "columns": 12, "values of a category": 4, "groups": 3}.items()


def test_tables_have_the_values_and_groups_that_are_asked_for() -> None:
    shape = Shape(rows=4_000, levels=9, origins=12)
    frame = people(shape, shape.rows, np.random.default_rng(0))
    assert frame["origin"].nunique() == 12
    assert frame["categorical_0"].nunique() == 9


def test_the_published_loop_minimises_the_same_independence_term() -> None:
    rng = torch.Generator().manual_seed(0)
    mean, log_variance = (torch.randn(40, 3, generator=rng) for _ in range(2))
    groups = torch.arange(40) % 3
    ours = v_squared(mean, log_variance, groups, 4)
    theirs = published_loop.pairwise_v_squared(mean, log_variance, groups, 4)
    assert float(theirs) == pytest.approx(float(ours), rel=1e-5)


def test_ratios_are_of_work_with_the_same_result() -> None:
    found = speed_ratios.measured(800)
    assert found["density and coverage, largest difference"] < 1e-12
    assert found["density and coverage, prdc's memory over ours"] > 0
    assert len([name for name in found if "times faster" in name]) == 2
    assert all(np.isfinite(list(found.values())))


def test_a_ratio_is_theirs_over_ours() -> None:
    import time

    assert speed_ratios.ratio_of_seconds(lambda: time.sleep(0.1), lambda: time.sleep(0.01)) > 3
    assert speed_ratios.peak_bytes(lambda: np.zeros(10**6)) > 8 * 10**6


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'colours'; it has: rows"):
        speed.measure(speed.Plan(tmp_path, "evenhand benchmark speed", parts=("colours",)))


def test_points_that_are_there_are_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def once(point: speed.Point) -> dict[str, float]:
        asked.append(point.file)
        return {"learning": 2.0 * point.at, "generate": 1.0, "audit": 3.0, "whole": 2.0 * point.at + 4, "MiB": 500.0}

    monkeypatch.setattr(speed, "_apart", once)
    plan = speed.Plan(tmp_path, "evenhand benchmark speed", parts=("rows",))
    table = speed.measure(plan)
    again = speed.measure(plan)
    pd.testing.assert_frame_equal(table, again)
    assert len(asked) == len(speed.CURVES["rows"])
    page = speed_page.page_of(table, plan)
    assert "| 30,000 | 60,000.0 | 1.0 | 3.0 | 60,004.0 | 500.0 |" in page
    assert "| exponent | 1.00 | -0.00 | 0.00 | 1.00 | 0.00 |" in page or "| exponent | 1.00 | 0.00 |" in page
    assert "Side by side" not in page


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_point_is_a_whole_run_in_a_process_of_its_own(tmp_path: Path) -> None:
    plan: Any = speed.Plan(tmp_path, "evenhand benchmark speed", parts=("groups",), preset="fast", scale=0.04)
    table = speed.measure(plan)
    whole = table[table["figure"] == "whole"]["value"]
    assert (whole > 0).all()
    assert (table[table["figure"] == "MiB"]["value"] > 100).all()
