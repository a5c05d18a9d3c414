"""`evenhand.FairSynthesizer`: fair synthetic rows, with the conventions of scikit-learn."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from core import pipeline
from core.choices import DEFAULT_PRESET, Preset
from core.config import run_config
from core.errors import ConfigError, RunError, change
from core.runs.run_folder import RunFolder
from core.synthesis.methods.method_info import method_info
from evenhand.datasets import dataset_of
from evenhand.folders import ResultFolder
from evenhand.frames import FrameForm
from evenhand.options import Data, Label, Progress, RunOptions, listening, split_options, whole_number
from evenhand.results import RunResult
from evenhand.runs import prepared
from evenhand.sampling import drawn, row_request


class FairSynthesizer(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A synthesizer of fair rows: a run without its audit.

    >>> import evenhand as eh
    >>> table = eh.load("demo", rows=300)
    >>> settings = {"epochs": 1, "device": "cpu", "generator_draws": 1}
    >>> synthesizer = FairSynthesizer(**table.roles, preset="fast", options=settings).fit(table.frame)
    >>> rows = synthesizer.sample(5, random_state=7)
    >>> made = table.frame.drop(columns="deserved")  # the reference outcome is never learned
    >>> rows.shape == (5, made.shape[1]) and bool((rows.dtypes == made.dtypes).all())
    True

    By default a fifth of the rows is held out before fitting, so that :meth:`audit` can test on unseen real rows. Pass
    ``holdout`` to :meth:`fit` to learn from all rows.

    Args:
        target: Column of the outcome.
        positive: Positive value of the target.
        sensitive: The sensitive columns.
        reference: Column of a better founded outcome, against which :meth:`audit` judges too; it is never learned.
        preset: ``paper``: the authors' settings; ``default``: the best in our benchmarks; ``fast``: takes seconds.
        method: The method that generates the rows. Methods that make no rows are refused.
        random_state: Seed, an integer: the same seed gives the same rows.
        options: Further keywords of `evenhand.run`, by name.

    Attributes:
        schema_: Inferred or given kinds and roles of the columns.
        notes_: One sentence for each thing that was left out or reinterpreted.
        folder_: The run folder with the fitted synthesizer.
        n_features_in_: Number of columns of the fitted frame.
        feature_names_in_: Labels of these columns, if all are text.
    """

    def __init__(
        self,
        target: Label | None = None,
        positive: Label | None = None,
        sensitive: Label | Sequence[Label] = (),
        *,
        reference: Label | None = None,
        preset: Preset = DEFAULT_PRESET,
        method: str = "evenhand",
        random_state: int = 0,
        options: RunOptions | None = None,
    ) -> None:
        self.target = target
        self.positive = positive
        self.sensitive = sensitive
        self.reference = reference
        self.preset = preset
        self.method = method
        self.random_state = random_state
        self.options = options

    def fit(self, data: pd.DataFrame, y: None = None, *, holdout: Data | None = None) -> Self:  # noqa: ARG002  # scikit-learn passes y
        """Fit the synthesizer to a table, which is not modified. Return the synthesizer.

        Args:
            data: The rows, target included.
            y: Not used; present by convention.
            holdout: Hold-out rows, on which :meth:`audit` tests.

        Raises:
            EvenhandError: The data or a setting are not usable. The sentence names the column or the keyword.
        """
        reading, settings, progress = split_options("FairSynthesizer", RunOptions, self.options or {})
        if self.reference is not None:
            reading["reference"] = self.reference
        seed = whole_number(self.random_state, "random_state")
        config = run_config(**{"method": self.method, **settings}, preset=self.preset, seed=seed)
        if method_info(config.method).makes != "rows":
            raise ConfigError(
                f"{method_info(config.method).title} makes no rows.", field="method", remedies=[change("method")]
            )
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
        """Draw rows, with the labels and dtypes of the fitted frame.

        Args:
            n: Number of rows.
            random_state: Seed: the same seed gives the same rows; that of the synthesizer by default.
            proportions: Share by group or intersection. The groups that are not named divide the rest.
            group: Only rows of this group; not together with ``proportions``.
            repair_level: Repair level of the outcomes, 0 to 1; that of the settings by default.

        Raises:
            NotFittedError: :meth:`fit` was not called.
            ConfigError: An argument is not valid.
        """
        check_is_fitted(self, "folder_")
        seed = self.random_state if random_state is None else random_state
        return drawn(self.folder_, self._form, row_request(n, seed, proportions, group, repair_level))

    def audit(self, *, progress: Progress = False) -> RunResult:
        """Audit the synthesizer on the hold-out rows. Later calls return the stored result.

        Raises:
            NotFittedError: :meth:`fit` was not called.
        """
        check_is_fitted(self, "folder_")
        if not RunFolder.open(self.folder_).checksums.exist():
            with listening(progress) as listener:
                pipeline.resume(self.folder_, listener)
        return RunResult(self._kept)

    def save(self, path: str | PathLike[str]) -> Path:
        """Save the fitted synthesizer as a run folder: weights in safetensors, tables in Parquet, nothing pickled.

        ``evenhand resume`` then audits and reports it.

        Args:
            path: A new folder.

        Raises:
            NotFittedError: :meth:`fit` was not called.
            RunError: ``path`` exists already.
        """
        check_is_fitted(self, "folder_")
        target = Path(path)
        if target.exists():
            raise RunError(f"{target} exists already; give a new folder.")
        shutil.copytree(self.folder_, target)
        return target

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Load a synthesizer from a folder of :meth:`save` or of a run. The folder must stay in place.

        Raises:
            RunError: The folder has no fitted synthesizer of rows.
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
            reference=None if schema.reference is None else labels.get(schema.reference, schema.reference),
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
    """Return the settings of a run that are not parameters of the synthesizer."""
    parameters = ("preset", "method", "seed")
    settings = {name: value for name, value in config.items() if name not in parameters}
    return cast("RunOptions", {"schema": schema, **settings})
