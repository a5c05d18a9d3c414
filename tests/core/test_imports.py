"""Slow libraries stay unimported until something is computed with them."""

import subprocess
import sys

import pytest

SLOW = ("torch", "shap", "umap", "numba", "matplotlib")


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        ("core.audit.explain, core.audit.overlay, core.audit.proxies, core.audit.marginals", SLOW),
        ("core.report.pictures, core.report.distributions, core.report.curves", (*SLOW, "sklearn", "altair")),
    ],
)
def test_modules_do_without_slow_libraries(modules, unwanted):
    code = f"import sys, {modules}; print(*(name for name in {unwanted} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == ""
