"""Accuracy of digit classifiers on images whose colour is independent of the digit, by their train images.

Coloured MNIST has ten colours. In 90 % of the train images the colour is determined by the digit; in the test images it
is independent of the digit. Every classifier is that of the audit, sees the image alone, has the same number of steps
and is tested on the same images. Each seed draws a new split, colours, networks and images.

What the latents tell of the colour is measured within each digit, on test images: the adversaries learn from one half
of them and are judged on the other, so that they find also what holds for no train image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from core.audit.estimate import Estimate, Tag
from core.audit.metrics import multiclass
from core.audit.metrics.multiclass import ACCURACY, GAP
from core.audit.records import Record
from core.benchmarks import image_latents
from core.benchmarks.experiments import Experiment, code_hash
from core.benchmarks.runner import run_experiments
from core.benchmarks.systems import Task
from core.data.dataset import Dataset
from core.data.groups import Grouping
from core.data.images import Pixels
from core.data.sources.load import load
from core.events import Listener, ignore
from core.modalities.image.attached import images_of
from core.modalities.image.classifier import ClassifierInputs, ImageClassifier
from core.synthesis.base import ENCODERS
from core.synthesis.image.model import ImageModel, untrained_image_model
from core.synthesis.image.settings import IMAGE_PRESETS, ImageSettings
from core.synthesis.settings import Optimisation
from core.synthesis.teacher_student import train_student, train_teacher
from core.synthesis.training_data import balanced_rows

PROBLEMS = ("color-mnist", "color-digits")
QUICK: dict[str, Any] = {
    "problem": "color-digits",
    "seeds": (0,),
    "optimisation": Optimisation(epochs=1, min_steps=400, batch_size=128, learning_rate=4e-3, balance=0.5),
}
CLASSIFIER_SEEDS = (0, 1)
REQUESTED = ("3", "red")
REQUESTED_IMAGES = 1_000
FURTHER = ("models/image.py", "models/classifier.py", "models/optimiser.py", "core/benchmarks/image_*.py")
FOUND = {"target": "asked_target_found", "group": "asked_group_found"}
COLUMNS = {
    ACCURACY: "accuracy",
    GAP: "gap between colours",
    FOUND["target"]: "{3, red}: a 3",
    FOUND["group"]: "{3, red}: red",
    **image_latents.COLUMNS,
}


@dataclass(frozen=True)
class Plan:
    """The experiments of a benchmark.

    Args:
        out: Folder of the experiments and tables.
        command: Command that repeats the benchmark.
        seeds: Seeds of data and networks.
        optimisation: Optimisation of teacher and student, if other than that of the preset.
        problem: ``color-mnist``, or ``color-digits``, which needs no file.
    """

    out: Path
    command: str
    seeds: tuple[int, ...] = (0, 1, 2)
    optimisation: Optimisation | None = None
    problem: str = PROBLEMS[0]


Train = tuple[pd.DataFrame, Pixels]


@dataclass
class _Trial:
    """The images of one seed, and the models fitted on them; each model is fitted once, on first use."""

    plan: Plan
    seed: int
    listener: Listener
    _models: dict[str, ImageModel] = field(default_factory=dict)

    def data(self, bias: float | None = None) -> tuple[Dataset, pd.DataFrame]:
        """Return train and test images; split and test images do not depend on the bias of the train images."""
        dataset = load(self.plan.problem, seed=self.seed, bias=bias)
        assert dataset.holdout is not None  # noqa: S101  # built-in coloured digits come with one
        return dataset, dataset.holdout

    def images(self, dataset: Dataset, frame: pd.DataFrame) -> Pixels:
        """Return the images of a frame of the dataset."""
        return images_of(dataset.examples).of(frame["image"])

    def model(self, name: str) -> ImageModel:
        """Return the model with the settings of this name; fit it on first use."""
        if name not in self._models:
            dataset, _ = self.data()
            settings = _settings(name, self.plan.optimisation)
            model = untrained_image_model(
                dataset.frame,
                self.images(dataset, dataset.frame),
                dataset.schema,
                settings,
                seed=self.seed,
                device=torch.device("cpu"),
            )
            train_teacher(model, seed=self.seed, listener=self.listener)
            train_student(model, seed=self.seed, listener=self.listener)
            self._models[name] = model
        return self._models[name]


_VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "continuous": {"teacher": {"codewords": 0}},
    "unfair": {"teacher": {"independence_weight": 0.0}, "student": {"independence_weight": 0.0}},
    "marginal": {"given_target": False},
    "unbalanced": {"teacher": {"optimisation": {"balance": 0.0}}, "student": {"optimisation": {"balance": 0.0}}},
}
"""Changes to the default preset."""


def _settings(name: str, optimisation: Optimisation | None) -> ImageSettings:
    hyperparameters = _changed(IMAGE_PRESETS["default"].model_dump(), _VARIANTS[name])
    if optimisation is not None:
        for network in ENCODERS:
            hyperparameters[network]["optimisation"] = optimisation.model_dump() | {
                "balance": hyperparameters[network]["optimisation"]["balance"]
            }
    return ImageSettings.model_validate(hyperparameters)


def _changed(hyperparameters: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return nested settings with some of them replaced."""
    inner = {
        name: _changed(hyperparameters[name], value) if isinstance(value, dict) else value
        for name, value in changes.items()
    }
    return {**hyperparameters, **inner}


def _real(trial: _Trial, bias: float | None = None) -> Train:
    dataset, _ = trial.data(bias)
    return dataset.frame, trial.images(dataset, dataset.frame)


def _balanced(trial: _Trial) -> Train:
    """Return the biased images, with rare pairs of digit and colour repeated until all pairs are equally frequent."""
    frame, pixels = _real(trial)
    strata = pd.factorize(frame["digit"] + " " + frame["color"])[0].astype(np.int64)
    rows = balanced_rows(strata, 1.0, np.random.default_rng([trial.seed, 3]))
    return frame.iloc[rows].reset_index(drop=True), pixels[rows]


def _synthetic(trial: _Trial, name: str, encoder: str = "student", *, own_groups: bool = False) -> Train:
    model = trial.model(name)
    records = model.sample(len(model.rows), seed=trial.seed, encoder=encoder, own_groups=own_groups)
    return records.frame, records.pixels


SYSTEMS: dict[str, Callable[[_Trial], Train]] = {
    "real images, biased": _real,
    "real images, biased, rare pairs repeated": _balanced,
    "synthetic (student)": partial(_synthetic, name="default"),
    "synthetic (teacher)": partial(_synthetic, name="default", encoder="teacher"),
    "synthetic (student), continuous latent": partial(_synthetic, name="continuous"),
    "synthetic (teacher), continuous latent": partial(_synthetic, name="continuous", encoder="teacher"),
    "student, colours as they were": partial(_synthetic, name="default", own_groups=True),
    "synthetic, no independence term": partial(_synthetic, name="unfair"),
    "synthetic, independence over all digits": partial(_synthetic, name="marginal"),
    "synthetic, batches not balanced": partial(_synthetic, name="unbalanced"),
    "real images, independent colours (ceiling)": partial(_real, bias=0.1),
}
_FITTED = {
    f"synthetic ({encoder}){suffix}": name
    for name, suffix in (("default", ""), ("continuous", ", continuous latent"))
    for encoder in ENCODERS
}


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Run the experiments that are not saved yet under ``plan.out``; return all records."""
    return run_experiments(list(_work(plan, listener)), plan.out, listener)


def _work(plan: Plan, listener: Listener) -> Iterator[Task]:
    quick = None if plan.optimisation is None else plan.optimisation.model_dump()
    settings: dict[str, Any] = {"library": code_hash(synthesizes=True, extra_files=FURTHER), "optimisation": quick}
    for seed in plan.seeds:
        trial = _Trial(plan, seed, listener)
        for name in SYSTEMS:
            yield Experiment(plan.problem, name, seed, "test", settings), partial(_score, trial, name)


def _score(trial: _Trial, name: str) -> list[Record]:
    """Return accuracy over all digits and its gap between colours; for synthetic images also the requested values."""
    frame, pixels = SYSTEMS[name](trial)
    dataset, holdout = trial.data()
    tested = trial.images(dataset, holdout)
    truth, members = holdout["digit"].to_numpy(dtype=object), holdout["color"].to_numpy(dtype=object)
    records: list[Record] = []
    for seed in CLASSIFIER_SEEDS:
        predicted = predicted_names((frame["digit"], pixels), tested, seed)
        tag = Tag(name, "B", seed=seed)
        records = [
            *multiclass.overall_records(truth, predicted, tag),
            *multiclass.group_records(
                truth, predicted, Grouping.of(members), tag, minimum=dataset.schema.min_group_size
            ),
        ]
        records += [record for record in records if record.metric in (ACCURACY, GAP) and record.group is None]
    return records + ([*_requested_records(trial, name), *_latent_records(trial, name)] if name in _FITTED else [])


def _latent_records(trial: _Trial, name: str) -> list[Record]:
    dataset, holdout = trial.data()
    latents = trial.model(_FITTED[name]).posterior_of(holdout, trial.images(dataset, holdout), _encoder(name))
    return image_latents.latent_records(dataset.schema, holdout, latents, name, trial.seed)


def _encoder(name: str) -> str:
    return "teacher" if "teacher" in name else "student"


def _requested_records(trial: _Trial, name: str) -> list[Record]:
    """Return the shares of images requested as {3, red} that classifiers of real images recognise as 3 and as red."""
    encoder = _encoder(name)
    target, group = REQUESTED
    model = trial.model(_FITTED[name]).sample(
        REQUESTED_IMAGES, seed=trial.seed + 100, encoder=encoder, target=target, proportions={group: 1.0}
    )
    real, pixels = _real(trial, 0.1)
    records = []
    for kind, column, expected in (("target", "digit", target), ("group", "color", group)):
        hits = float((predicted_names((real[column], pixels), model.pixels, 0) == expected).mean())
        records.append(Tag(name, "B").record(FOUND[kind], Estimate(hits, n=REQUESTED_IMAGES)))
    return records


def predicted_names(train: tuple[pd.Series, Pixels], tested: Pixels, seed: int) -> np.ndarray:
    """Return what a classifier of the audit, trained on these names and images, sees in the tested images."""
    names, codes = np.unique(train[0].to_numpy(dtype=str), return_inverse=True)
    model = ImageClassifier(seed).fit(_views(train[1]), codes)
    return np.asarray(names[model.predict_proba(_views(tested)).argmax(axis=1)], dtype=object)


def _views(pixels: Pixels) -> ClassifierInputs:
    return ClassifierInputs(pixels, np.arange(len(pixels)), np.zeros((len(pixels), 0), dtype=np.float32))
