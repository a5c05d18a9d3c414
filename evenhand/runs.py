"""The closed loop and what is done with finished runs: the verbs of the command line as functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Unpack

import pandas as pd

from core import pipeline
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
    preset: Literal["paper", "default", "fast"] = "default",
    seed: int = 0,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Audit a table, learn it, make a fair synthetic version, audit that on held-out rows, and report.

    ::

        result = eh.run(frame, target="hired", positive="yes", sensitive=["sex"], preset="fast")
        result.synthetic, result.verdicts, result.report("report.html")

    Args:
        data: A DataFrame, the path of a file, or the name of a built-in dataset. It is never changed.
        target: Column of the outcome; a guess, which the notes tell, if left out.
        positive: Its positive value.
        sensitive: The sensitive columns.
        holdout: Rows to test on; a fifth of ``data`` if left out.
        out: Folder of the run, an earlier run there is replaced; a temporary one lives as long as the result.
        preset: ``paper``: the authors' settings; ``default``: the best measured here; ``fast``: seconds.
        seed: Same seed, same results.
        **options: See `evenhand.options.RunOptions`: ``method``, ``rows``, ``repair_level``, ``target_dpr``,
            ``epochs``, ``pictures``, ``progress`` and more.

    Raises:
        EvenhandError: The data or a setting cannot be used; the sentence names the column or the keyword.
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
    """A run folder with all that learning needs, and the form of the caller's frame beside it."""
    folder = ResultFolder(out)
    kept = pipeline.prepare(dataset, config, folder.path)
    if form is not None:
        form.write(folder.path, fingerprint(kept.artifacts.table("train")))
    return folder


def open_run(path: str | PathLike[str]) -> RunResult:
    """The result of a finished run or audit in a folder.

    Raises:
        RunError: There is none, or it is not finished.
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
    """Write more synthetic rows of a finished run into a file; `RunResult.sample` gives them as a frame.

    Args:
        run: A finished run.
        out: File to write: ``.csv`` or ``.parquet``, ``.zip`` for images.
        rows: How many.
        seed: Same seed, same rows; the run's own seed gives the run's own rows.
        proportions: Share by group, crossed or of one sensitive column; the groups not named divide the rest.
        group: Rows of this group only; not together with ``proportions``.
        repair_level: How far outcomes are repaired, 0 to 1, if other than in the run.
        target: Images of this target alone; of images only.

    Raises:
        ConfigError: What is asked cannot be used.
        RunError: The run is not finished, or makes no rows.
    """
    request = replace(row_request(rows, seed, proportions, group, repair_level), target=text_of(target))
    pipeline.generate(_place(run), request, Path(out))
    return Path(out)


def compare(first: Place, second: Place, *, everything: bool = False) -> pd.DataFrame:
    """The main figures of two runs or reports side by side.

    Args:
        first: A result, a run folder or a report file.
        second: Another.
        everything: Every figure over all groups, not the main ones.

    Returns:
        One row a figure: metric, protocol, source, sensitive, first, second, difference, and whether the intervals
        ``overlap`` or are ``apart``.

    Raises:
        RunError: One of them cannot be read.
    """
    found = comparison.pair_up(pipeline.read_records(_place(first)), pipeline.read_records(_place(second)))
    shown = comparison.over_all_groups(found) if everything else comparison.headlines(found)
    return pd.DataFrame([_pair(one) for one in shown], columns=_PAIR)


def verify(place: Place) -> pd.DataFrame:
    """Hold a run or a report against the checksums that it was written with.

    Returns:
        One row a check: place, agrees, reason.

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
