"""`evenhand.log_to_mlflow`: figures, findings and report of an audit in an MLflow run (extra ``mlflow``)."""

from __future__ import annotations

import re
from typing import Any, Final

from core.audit.records import Record
from core.errors import ConfigError
from core.pipeline import read_conclusions
from core.runs.run_folder import RunFolder
from evenhand.results import AuditResult

LACKING: Final = "Logging to MLflow needs MLflow: pip install 'evenhand[mlflow]', or your own installation of mlflow."
_FOLDER: Final = "evenhand"
_BATCH: Final = 1_000
_MAX_NAME: Final = 250
"""MLflow's limits: metrics in one call, and characters of a name."""


def log_to_mlflow(result: AuditResult, run_id: str | None = None) -> str:
    """Log an audit to a run of MLflow, and return the run's id.

    Metrics are the figures of the favourable outcome over all groups and by group, named like
    ``risk/model/tpr by sex in f``; bounds of intervals end in ``low`` and ``high``. Undefined figures are not logged.
    Artifacts in the folder ``evenhand`` are the report, ``metrics.json`` and ``findings.json``. Tags are
    ``evenhand.gaps``, the number of findings that say "gap found", and ``evenhand.summary``, the first sentence.

    Args:
        result: Result of `evenhand.audit`, `evenhand.audit_decisions` or `evenhand.run`.
        run_id: A run to log to. If left out, it is the active run, or a new one, which is ended again.

    Raises:
        ConfigError: MLflow is not installed.
    """
    try:
        from mlflow import MlflowClient, active_run, end_run, start_run
        from mlflow.entities import Metric
    except ImportError as error:
        raise ConfigError(LACKING) from error
    active = active_run()
    chosen = run_id or (active or start_run()).info.run_id
    client, folder = MlflowClient(), RunFolder.open(result.folder)
    conclusions = read_conclusions(result.folder)
    figures = metrics_of(conclusions.records)
    at = client.get_run(chosen).info.start_time
    logged = [Metric(name, value, at, 0) for name, value in figures.items()]
    for start in range(0, len(logged), _BATCH):
        client.log_batch(chosen, metrics=logged[start : start + _BATCH])
    findings = [_finding(one) for one in conclusions.findings]
    client.log_dict(chosen, {"findings": findings}, f"{_FOLDER}/findings.json")
    for file in (folder.report_html, folder.metrics):
        client.log_artifact(chosen, str(file.path), _FOLDER)
    client.set_tag(chosen, "evenhand.gaps", str(sum(one["verdict"] == "gap found" for one in findings)))
    client.set_tag(chosen, "evenhand.summary", next(iter(conclusions.sentences), ""))
    if run_id is None and active is None:
        end_run()
    return chosen


def metrics_of(records: Any) -> dict[str, float]:
    """Return values and bounds by a name that MLflow accepts.

    Args:
        records: Records of one outcome, one a figure.

    >>> one = Record(source="risk", protocol="model", metric="tpr", sensitive="sex", group="≥ 5", value=0.5, low=0.4)
    >>> metrics_of([one])
    {'risk/model/tpr by sex in _ 5': 0.5, 'risk/model/tpr by sex in _ 5 low': 0.4}
    """
    found: dict[str, float] = {}
    for record in records:
        name = _name(record)
        for end, value in (("", record.value), (" low", record.low), (" high", record.high)):
            if value is not None and name + end not in found:
                found[name + end] = value
    return found


def _name(record: Record) -> str:
    words = f"{record.metric} by {record.sensitive}" if record.sensitive is not None else record.metric
    words += "" if record.group is None else f" in {record.group}"
    words += "" if record.split in ("all", "holdout") else f" of {record.split}"
    told = (_accepted(part) for part in (record.source, record.protocol, words))
    return "/".join(told)[: _MAX_NAME - len(" high")]


def _accepted(text: str) -> str:
    """Return text without the characters that MLflow refuses, and without those that make a folder of a figure."""
    return re.sub(r"[^\w.\- ]", "_", text.replace(" × ", " x "))


def _finding(one: Any) -> dict[str, Any]:
    figure = one.claim.figure
    return {
        "family": one.claim.family,
        "verdict": one.verdict.value,
        "sentence": one.sentence,
        "source": figure.source,
        "metric": figure.metric,
        "sensitive": figure.sensitive,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "p": one.p,
    }
