"""`evenhand.FairSynthesizer`: fair synthetic rows by scikit-learn's conventions."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from core import pipeline
from core.config import run_config
from core.errors import ConfigError, RunError
from core.runs.run_folder import RunFolder
from core.synthesis.methods.catalog import method_info
from evenhand.datasets import dataset_of
from evenhand.folders import ResultFolder
from evenhand.frames import FrameForm
from evenhand.options import Data, Label, Progress, RunOptions, listening, split_options, whole_number
from evenhand.results import RunResult
from evenhand.runs import prepared
from evenhand.sampling import drawn, row_request


class FairSynthesizer(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Learns a table and makes fair synthetic rows: a run without its audit.

    >>> import evenhand as eh
    >>> table = eh.load("demo", rows=300)
    >>> settings = {"epochs": 1, "device": "cpu", "generator_draws": 1}
    >>> made = FairSynthesizer(**table.roles, preset="fast", options=settings).fit(table.frame)
    >>> rows = made.sample(5, random_state=7)
    >>> rows.shape == (5, table.frame.shape[1]) and bool((rows.dtypes == table.frame.dtypes).all())
    True

    Rows are held out before anything is learned, a fifth by default, so that :meth:`audit` can test on real rows that
    no one has seen. Pass ``holdout`` to :meth:`fit` to learn from all rows.

    Args:
        target: Column of the outcome.
        positive: Its positive value.
        sensitive: The sensitive columns.
        preset: ``paper``: the authors' settings; ``default``: the best measured here; ``fast``: seconds.
        method: Which system makes the rows; it must be one that makes rows.
        random_state: Same number, same rows. An integer: results must be repeatable.
        options: Further keywords of `evenhand.run`, by name.

    Attributes:
        schema_: Kinds and roles of the columns, as they were inferred or given.
        notes_: One sentence for each thing that was left out, set aside or reinterpreted.
        folder_: The run folder that holds what was learned.
        n_features_in_: Number of columns that were seen.
        feature_names_in_: Their labels, where all are text.
    """

    def __init__(
        self,
        target: Label | None = None,
        positive: Label | None = None,
        sensitive: Label | Sequence[Label] = (),
        *,
        preset: Literal["paper", "default", "fast"] = "default",
        method: str = "evenhand",
        random_state: int = 0,
        options: RunOptions | None = None,
    ) -> None:
        self.target = target
        self.positive = positive
        self.sensitive = sensitive
        self.preset = preset
        self.method = method
        self.random_state = random_state
        self.options = options

    def fit(self, data: pd.DataFrame, y: None = None, *, holdout: Data | None = None) -> Self:  # noqa: ARG002  # scikit-learn passes y
        """Learn a table, which is never changed; returns the synthesizer.

        Args:
            data: The rows, target included.
            y: Not used; it is there by convention.
            holdout: Rows that are not learned from; :meth:`audit` tests on them.

        Raises:
            EvenhandError: The data or a setting cannot be used; the sentence names the column or the keyword.
        """
        reading, settings, progress = split_options("FairSynthesizer", RunOptions, self.options or {})
        seed = whole_number(self.random_state, "random_state")
        config = run_config(**{"method": self.method, **settings}, preset=self.preset, seed=seed)
        if method_info(config.method).makes != "rows":
            raise ConfigError(f"{method_info(config.method).title} makes no rows; choose another method.")
        dataset, form = dataset_of(data, self.target, self.positive, self.sensitive, holdout, seed, reading)
        folder = prepared(dataset, config, form, None)
        with listening(progress) as listener:
            pipeline.run_without_audit(folder.path, listener)
        return self._learned(folder, form)

    def sample(
        self,
        n: int,
        random_state: int | None = None,
        *,
        proportions: Mapping[Label, float] | None = None,
        group: Label | None = None,
        repair_level: float | None = None,
    ) -> pd.DataFrame:
        """Draw rows, with the labels and dtypes of the frame that was learned.

        Args:
            n: How many.
            random_state: Same number, same rows; the synthesizer's own if left out.
            proportions: Share by group, crossed or of one sensitive column; the groups not named divide the rest.
            group: Rows of this group only; not together with ``proportions``.
            repair_level: How far outcomes are repaired, 0 to 1, if other than in the settings.

        Raises:
            NotFittedError: :meth:`fit` comes first.
            ConfigError: What is asked cannot be used.
        """
        check_is_fitted(self, "folder_")
        seed = self.random_state if random_state is None else random_state
        return drawn(self.folder_, self._form, row_request(n, seed, proportions, group, repair_level))

    def audit(self, *, progress: Progress = False) -> RunResult:
        """Audit what was learned, on the rows that were held out; done once, later calls read it.

        Raises:
            NotFittedError: :meth:`fit` comes first.
        """
        check_is_fitted(self, "folder_")
        if not RunFolder.open(self.folder_).checksums.exist():
            with listening(progress) as listener:
                pipeline.resume(self.folder_, listener)
        return RunResult(self._kept)

    def save(self, path: str | PathLike[str]) -> Path:
        """Keep what was learned in a run folder: weights in safetensors, tables in Parquet, nothing pickled.

        ``evenhand resume`` audits and reports it.

        Args:
            path: A new folder.

        Raises:
            NotFittedError: :meth:`fit` comes first.
            RunError: There is something at ``path`` already.
        """
        check_is_fitted(self, "folder_")
        target = Path(path)
        if target.exists():
            raise RunError(f"{target} exists already; give a new folder.")
        shutil.copytree(self.folder_, target)
        return target

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """What :meth:`save` or any run kept in a folder; the folder must stay where it is.

        Raises:
            RunError: There is no run that has learned to make rows.
        """
        run = RunFolder.open(Path(path))
        if not run.generation.exists():
            raise RunError(f"{path} has not learned yet; carry it to its end first.")
        config, schema = run_config(**run.config.read()), run.schema.read()
        form = FrameForm.read(Path(path), run.manifest.read()["sha256"]["train"])
        labels = {} if form is None else {str(column.label): column.label for column in form.columns}
        made = cls(
            target=labels.get(schema.target, schema.target),
            positive=schema.positive,
            sensitive=[labels.get(name, name) for name in schema.sensitive],
            preset=config.preset,
            method=config.method,
            random_state=config.seed,
            options=_options(config.model_dump(exclude_defaults=True), schema),
        )
        return made._learned(ResultFolder(path), form)

    def _learned(self, folder: ResultFolder, form: FrameForm | None) -> Self:
        run = RunFolder.open(folder.path)
        self._kept, self._form = folder, form
        self.folder_, self.schema_, self.notes_ = folder.path, run.schema.read(), run.notes.read()
        labels = self.schema_.names if form is None else [column.label for column in form.columns]
        self.n_features_in_ = len(labels)
        if all(isinstance(label, str) for label in labels):
            self.feature_names_in_ = np.asarray(labels, dtype=object)
        return self


def _options(config: dict[str, Any], schema: Any) -> RunOptions:
    """The settings of a run that are no parameters of the synthesizer."""
    own = ("preset", "method", "seed")
    found: Any = {"schema": schema, **{name: value for name, value in config.items() if name not in own}}
    kept: RunOptions = found
    return kept
