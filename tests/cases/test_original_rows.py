"""A figure of the original rows is over all of them, with the groups that all rows make, wherever it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import evenhand as eh
from core.audit.record_set import RecordSet
from core.cli.main import app
from core.data.sources.load import load
from core.findings.conclusions import conclude
from core.findings.rate_verdicts import measured_on, rate_verdicts
from core.pipeline import audit_dataset
from core.pipeline.results import RunResult

Groups = dict[str, tuple[int, int]]


def table(groups: Groups, column: str = "team") -> pd.DataFrame:
    """Rows of each group, so many with and so many without the outcome, in random order."""
    rows = [(group, "yes" if at < yes else "no") for group, (yes, no) in groups.items() for at in range(yes + no)]
    frame = pd.DataFrame(rows, columns=[column, "hired"])
    return frame.assign(x=np.arange(len(frame)) % 7).sample(frac=1, random_state=0, ignore_index=True)


def audited(data: str | Path | pd.DataFrame, **options: object) -> RunResult:
    roles = {"target": "hired", "positive": "yes", "sensitive": ["team"], **options}
    return audit_dataset(load(data, **roles))  # type: ignore[arg-type]


def told_of_rows(result: RunResult) -> tuple[float | None, float | None, list[float]]:
    """The ratio and the difference of the original rows, and the rates that stand beside them."""
    (verdict,) = (
        one
        for one in rate_verdicts(conclude(result.records, result.schema))
        if (one.source, one.protocol) == ("original", "data")
    )
    assert measured_on(verdict.difference) == "the data (all rows)"
    assert verdict.ratio is not None
    rates = [round(one.value or 0.0, 3) for one in verdict.finding.claim.records]
    return verdict.ratio.value, verdict.difference.value, rates


def test_15_a_group_that_the_train_part_makes_too_small(cases: Path) -> None:
    path = cases / "15-verdict-on-four-fifths-of-the-rows" / "input.csv"
    result = audited(path, positive="1")
    ratio, difference, rates = told_of_rows(result)
    assert (ratio, difference) == (pytest.approx(0.545, abs=0.001), pytest.approx(0.227, abs=0.001))
    assert rates == [0.273, 0.4, 0.5]
    printed = repr(eh.audit(path, target="hired", positive="1", sensitive="team", pictures="none"))
    assert "the data (all rows)" in printed
    assert "0.545" in printed
    assert "0.800" not in printed


def test_15_the_shell_and_the_report_say_the_same(cases: Path, tmp_path: Path) -> None:
    path = cases / "15-verdict-on-four-fifths-of-the-rows" / "input.csv"
    roles = ["--target", "hired", "--positive", "1", "--sensitive", "team", "--pictures", "none"]
    shown = CliRunner().invoke(app, ["audit", str(path), *roles, "--out", str(tmp_path / "run")])
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.stdout.split())
    assert "In the original rows, “hired = 1” is rarest for small (273 of 1,000)" in said
    assert "a difference of 227 [" in said
    assert "train rows)" not in said
    report = (tmp_path / "run" / "report.html").read_text()
    assert "the data (all rows)" in report
    assert "the data (train rows)" not in report


def test_groups_that_only_train_and_test_rows_together_make(tmp_path: Path) -> None:
    train, held = table({"a": (200, 200), "b": (3, 17)}), table({"a": (50, 50), "b": (2, 13)})
    held.to_csv(tmp_path / "held.csv", index=False)
    ratio, difference, rates = told_of_rows(audited(train, holdout=tmp_path / "held.csv"))
    assert rates == [0.143, 0.5]  # 5 of 35
    assert ratio == pytest.approx((5 / 35) / 0.5)
    assert difference == pytest.approx(0.5 - 5 / 35)


def test_rows_of_a_generator_stand_beside_all_original_rows() -> None:
    real = table({"a": (300, 200), "b": (120, 180), "c": (4, 28)})
    made = table({"a": (150, 150), "b": (90, 90), "c": (50, 50)})
    result = audit_dataset(load(real, target="hired", positive="yes", sensitive=["team"]), synthetic={"made": made})
    assert told_of_rows(result)[0] == pytest.approx((4 / 32) / 0.6)
    told = [
        one
        for one in conclude(result.records, result.schema).sentences
        if "In the original rows, “yes” is rarest" in one
    ]
    assert len(told) == 1
    assert "rarest for c (125 of 1,000) and most frequent for a (600 of 1,000)" in told[0]
    assert "a difference of 475" in told[0]


def test_what_is_denied_and_what_holds_within_strata_is_of_all_rows() -> None:
    rng = np.random.default_rng(0)
    frame = table({"a": (400, 200), "b": (150, 150), "c": (8, 25)})
    frame["deserved"] = np.where(rng.random(len(frame)) < 0.2, "yes", frame["hired"])
    frame["level"] = rng.choice(["low", "high"], len(frame))
    data = load(frame, target="hired", positive="yes", sensitive=["team"], reference="deserved", strata=["level"])
    records = RecordSet(audit_dataset(data).records).main
    deserve = frame[frame["deserved"] == "yes"]
    denied = (deserve["hired"] == "no").groupby(deserve["team"]).mean()
    found = records.where(metric="outcome_denied", source="original")
    assert {one.group: one.value for one in found} == pytest.approx(denied.to_dict())
    within = records.where(metric="pooled_difference", protocol="conditional")
    others = {name: frame.loc[frame["team"] != name, "hired"].eq("yes").mean() for name in ("a", "b", "c")}
    mine = frame["hired"].eq("yes").groupby(frame["team"]).mean()
    assert {one.group: one.value for one in within} == pytest.approx(
        {name: others[name] - mine[name] for name in others}
    )
