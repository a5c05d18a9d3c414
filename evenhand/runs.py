"""The commands of the command line as functions: the complete run, and operations on finished runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from core import pipeline
from core.choices import DEFAULT_PRESET, Preset
from core.config import run_config
from core.data.fingerprint import fingerprint
from core.report import comparison
from evenhand.datasets import dataset_of
from evenhand.folders import ResultFolder
from evenhand.frames import FrameForm, text_of
from evenhand.options import Data, Label, RunOptions, listening, split_options, whole_number
from evenhand.results import AuditResult, RunResult
from evenhand.sampling import row_request

Place = AuditResult | str | PathLike[str]
"""A result, the path of a run folder, or the path of a report file."""


def run(
    data: Data,
    *,
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    holdout: Data | None = None,
    out: str | PathLike[str] | None = None,
    preset: Preset = DEFAULT_PRESET,
    seed: int = 0,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Audit a table, learn it, make a fair synthetic version, audit that on hold-out rows, and report.

    ::

        result = eh.run(frame, target="hired", positive="yes", sensitive=["sex"], preset="fast")
        result.synthetic, result.verdicts, result.report("report.html")

    Args:
        data: A DataFrame, the path of a file, or the name of a built-in dataset. It is never changed.
        target: Column of the outcome. If left out, it is guessed, and a note says so.
        positive: Positive value of the target.
        sensitive: The sensitive columns.
        holdout: Hold-out rows. If left out, ``holdout_fraction`` of ``data``, by default a fifth.
        out: Folder of the run; an earlier run in it is replaced. By default a temporary folder, which exists as long as
            the result.
        preset: ``paper``: the authors' settings; ``default``: the best in our benchmarks; ``fast``: takes seconds.
        seed: The same seed gives the same results.
        **options: See `evenhand.options.RunOptions`: ``method``, ``rows``, ``repair_level``, ``target_dpr``,
            ``epsilon``, ``epsilon_dp``, ``epochs``, ``pictures``, ``progress`` and more.

    Raises:
        EvenhandError: The data or a setting are not usable. The sentence names the column or the keyword.
        TypeError: There is no such keyword.
    """
    reading, settings, progress = split_options("run", RunOptions, options)
    config = run_config(preset=preset, seed=whole_number(seed, "seed"), **settings)
    dataset, form = dataset_of(data, target, positive, sensitive, holdout, config.seed, reading)
    folder = prepared(dataset, config, form, out)
    with listening(progress) as listener:
        pipeline.resume(folder.path, listener)
    return RunResult(folder)


def prepared(dataset: Any, config: Any, form: FrameForm | None, out: str | PathLike[str] | None) -> ResultFolder:
    """Prepare a run folder for learning, and store the form of the caller's frame in it."""
    folder = ResultFolder(out)
    run = pipeline.prepare(dataset, config, folder.path)
    if form is not None:
        form.write(folder.path, fingerprint(run.artifacts.table("train")))
    return folder


def open_run(path: str | PathLike[str]) -> RunResult:
    """Return the result of a finished run or audit in a folder.

    Raises:
        RunError: There is no run, or it is not finished.
    """
    return RunResult(ResultFolder(path))


def generate(
    run: RunResult | str | PathLike[str],
    out: str | PathLike[str],
    *,
    rows: int,
    seed: int = 1,
    proportions: Mapping[Label, float] | None = None,
    group: Label | None = None,
    repair_level: float | None = None,
    target: Label | None = None,
) -> Path:
    """Write more synthetic rows to a file. `RunResult.sample` returns those of a run as a frame.

    Args:
        run: A finished run, or the path of a generator that `export` wrote.
        out: File to write: ``.csv`` or ``.parquet``, ``.zip`` for images.
        rows: Number of rows.
        seed: The same seed gives the same rows; the run's seed gives the rows of the run.
        proportions: Share by group or intersection. The groups that are not named divide the rest.
        group: Only rows of this group; not together with ``proportions``.
        repair_level: Repair level of the outcomes, 0 to 1; that of the run by default.
        target: Only images with this target; for images only.

    Raises:
        ConfigError: An argument is not valid.
        RunError: The run is not finished, or makes no rows; or the file is no generator.
    """
    request = replace(row_request(rows, seed, proportions, group, repair_level), target=text_of(target))
    pipeline.generate(_place(run), request, Path(out))
    return Path(out)


def export(run: RunResult | str | PathLike[str], to: str | PathLike[str]) -> Path:
    """Write the generator of a finished run to one file without any train row; `generate` makes rows from it.

    ::

        eh.export("runs/mine", "model.zip")
        eh.generate("model.zip", "rows.csv", rows=1000)

    Its manifest says what the file holds of the real rows, and what it does not guarantee.

    Args:
        run: A finished run of Evenhand's method on a table, with codewords.
        to: File to write, ``.zip``.

    Raises:
        ConfigError: The file cannot be written there, or the run has categories that too few people have.
        RunError: The run has no generator that works without its train rows.
    """
    pipeline.export(_place(run), Path(to))
    return Path(to)


def compare(first: Place, second: Place, *, everything: bool = False) -> pd.DataFrame:
    """Compare the main metrics of two runs or reports.

    Args:
        first: A result, a run folder or a report file.
        second: Another one.
        everything: Whether to return every metric over all groups instead of the main ones.

    Returns:
        One row for each metric: metric, protocol, source, sensitive, first, second, difference, and whether the
        intervals ``overlap`` or are ``apart``.

    Raises:
        RunError: One of them is not readable.
    """
    places = _place(first), _place(second)
    found = comparison.pair_up(*map(pipeline.read_records, places))
    chosen = comparison.over_all_groups if everything else comparison.headlines
    shown = chosen(found, pipeline.counted_outcomes(*places))
    return pd.DataFrame([_pair(one) for one in shown], columns=_PAIR)


def verify(place: Place) -> pd.DataFrame:
    """Check the files of a run, or a report, against the recorded checksums.

    Returns:
        One row for each check: place, agrees, reason.

    Raises:
        RunError: There is no such run or report, or it has no checksums.
    """
    found = [(check.name, check.agrees, check.reason) for check in pipeline.verify(_place(place))]
    return pd.DataFrame(found, columns=["place", "agrees", "reason"])


_PAIR = ["metric", "protocol", "source", "sensitive", "first", "second", "difference", "intervals"]


def _pair(one: comparison.Pair) -> tuple[object, ...]:
    record = one.record
    values = [None if side is None else side.value for side in (one.first, one.second)]
    named = (record.metric, record.protocol, record.source, record.sensitive)
    return (*named, *values, one.difference, one.intervals)


def _place(place: Place) -> Path:
    return place.folder if isinstance(place, AuditResult) else Path(place)
