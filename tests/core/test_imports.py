"""Slow libraries stay unimported until something is computed with them."""

import subprocess
import sys

import pytest

SLOW = ("torch", "shap", "umap", "numba", "matplotlib")


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (
            "core.audit.explain.shap_importance, core.audit.explain.projections, core.audit.metrics.proxies, "
            "core.audit.statistics.marginals",
            SLOW,
        ),
        (
            "core.report.charts.projections, core.report.charts.distributions, core.report.charts.losses",
            (*SLOW, "sklearn", "altair"),
        ),
    ],
)
def test_modules_do_without_slow_libraries(modules, unwanted):
    code = f"import sys, {modules}; print(*(name for name in {unwanted} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == ""
