"""Evenhand: audit data and decisions for fairness, make a fair synthetic version, and measure the change on real rows.

>>> import evenhand as eh
>>> table = eh.load("demo", rows=300)
>>> result = eh.audit(table.frame, **table.roles, pictures="none")
>>> result.verdicts[["source", "protocol", "verdict"]].iloc[0].tolist()
['original', 'data', 'too few rows to tell']

Every name is imported on first use, so ``import evenhand`` is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.data.schema import Schema
    from core.errors import ConfigError, DataError, EvenhandError, RunError, SchemaError
    from core.events import Event
    from evenhand.audits import audit
    from evenhand.bias_audits import BiasAuditResult, bias_audit
    from evenhand.data_checks import check_data
    from evenhand.datasets import Table, infer_schema, load
    from evenhand.decisions import audit_decisions
    from evenhand.mlflow_log import log_to_mlflow
    from evenhand.results import AuditResult, RunResult
    from evenhand.runs import compare, export, generate, open_run, run, verify
    from evenhand.synthesizer import FairSynthesizer
    from evenhand.threshold_choice import ThresholdResult, thresholds

    __version__: str

# The public names of each module of this package.
_FACADE = {
    "audits": ("audit",),
    "bias_audits": ("BiasAuditResult", "bias_audit"),
    "decisions": ("audit_decisions",),
    "data_checks": ("check_data",),
    "datasets": ("Table", "infer_schema", "load"),
    "mlflow_log": ("log_to_mlflow",),
    "results": ("AuditResult", "RunResult"),
    "runs": ("compare", "export", "generate", "open_run", "run", "verify"),
    "synthesizer": ("FairSynthesizer",),
    "threshold_choice": ("ThresholdResult", "thresholds"),
    "library": ("ConfigError", "DataError", "EvenhandError", "Event", "RunError", "Schema", "SchemaError"),
}
_PLACES = {name: module for module, names in _FACADE.items() for name in names}

__all__ = [
    "AuditResult",
    "BiasAuditResult",
    "ConfigError",
    "DataError",
    "EvenhandError",
    "Event",
    "FairSynthesizer",
    "RunError",
    "RunResult",
    "Schema",
    "SchemaError",
    "Table",
    "ThresholdResult",
    "__version__",
    "audit",
    "audit_decisions",
    "bias_audit",
    "check_data",
    "compare",
    "export",
    "generate",
    "infer_schema",
    "load",
    "log_to_mlflow",
    "open_run",
    "run",
    "thresholds",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version(__name__)
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted({*globals(), *__all__})
