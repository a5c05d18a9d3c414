"""What becomes of a digit classifier when colours stop going with digits, by what it was trained on.

Coloured MNIST: ten colours, each digit its own in 90 % of the train images; the test images' colours are independent of
the digit. Every classifier is the audit's own, sees the image alone, has the same number of steps, and is tested on the
same images; each seed draws split, colours, networks and images anew.
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
from core.audit.records import Record
from core.benchmarks import markdown_page
from core.benchmarks.cells import Cell, library
from core.benchmarks.runner import carry_out
from core.benchmarks.systems import Work
from core.data.dataset import Dataset
from core.data.groups import Grouping
from core.data.images import Pixels
from core.data.sources.catalog import load
from core.events import Listener, ignore
from core.modalities.image.attached import images_of
from core.modalities.image.classifier import ClassifierInputs, ImageClassifier
from core.runs.files import write_text
from core.synthesis.image.model import ImageModel, untrained_images
from core.synthesis.image.settings import IMAGE_PRESETS, ImageSettings
from core.synthesis.settings import Optimisation
from core.synthesis.teacher_student import train_student, train_teacher
from core.synthesis.training_data import balanced_rows

PROBLEMS = ("color-mnist", "color-digits")
QUICK: dict[str, Any] = {
    "problem": "color-digits",
    "seeds": (0,),
    "optimisation": Optimisation(epochs=1, least_steps=400, batch_size=128, learning_rate=4e-3, balance=0.5),
}
CLASSIFIER_SEEDS = (0, 1)
ASKED_FOR = ("3", "red")
MAX_ASKED = 1_000
FURTHER = ("models/image.py", "models/classifier.py", "models/optimiser.py", "core/benchmarks/image_bias.py")
ACCURACY, GAP = "multiclass_accuracy", "multiclass_accuracy_difference"
FOUND = {"target": "asked_target_found", "group": "asked_group_found"}
COLUMNS = {
    ACCURACY: "accuracy",
    GAP: "gap between colours",
    FOUND["target"]: "{3, red}: a 3",
    FOUND["group"]: "{3, red}: red",
}


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Args:
        out: Folder of the cells and tables.
        command: What was typed.
        seeds: Seeds of data and networks alike.
        optimisation: Of teacher and student, if other than the preset's: for a quick look.
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
    """The images of one seed, and what was learned from them; learned once, when first asked for."""

    plan: Plan
    seed: int
    listener: Listener
    _made: dict[str, ImageModel] = field(default_factory=dict)

    def data(self, bias: float | None = None) -> tuple[Dataset, pd.DataFrame]:
        """Train and test images; the same split and test images whatever the bias of the train images."""
        dataset = load(self.plan.problem, seed=self.seed, bias=bias)
        assert dataset.holdout is not None  # noqa: S101  # built-in coloured digits come with one
        return dataset, dataset.holdout

    def images(self, dataset: Dataset, frame: pd.DataFrame) -> Pixels:
        """Those of a frame of the dataset."""
        return images_of(dataset.examples).of(frame["image"])

    def made(self, name: str) -> ImageModel:
        """What was learned with the settings of this name."""
        if name not in self._made:
            dataset, _ = self.data()
            settings = _settings(name, self.plan.optimisation)
            made = untrained_images(
                dataset.frame,
                self.images(dataset, dataset.frame),
                dataset.schema,
                settings,
                seed=self.seed,
                device=torch.device("cpu"),
            )
            train_teacher(made, seed=self.seed, listener=self.listener)
            train_student(made, seed=self.seed, listener=self.listener)
            self._made[name] = made
        return self._made[name]


_VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "unfair": {"teacher": {"independence_weight": 0.0}, "student": {"independence_weight": 0.0}},
    "marginal": {"given_target": False},
    "unbalanced": {"teacher": {"optimisation": {"balance": 0.0}}, "student": {"optimisation": {"balance": 0.0}}},
}
"""What differs from the default preset."""


def _settings(name: str, optimisation: Optimisation | None) -> ImageSettings:
    hyperparameters = _changed(IMAGE_PRESETS["default"].model_dump(), _VARIANTS[name])
    if optimisation is not None:
        for network in ("teacher", "student"):
            hyperparameters[network]["optimisation"] = optimisation.model_dump() | {
                "balance": hyperparameters[network]["optimisation"]["balance"]
            }
    return ImageSettings.model_validate(hyperparameters)


def _changed(hyperparameters: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Nested settings with some of them replaced."""
    inner = {
        name: _changed(hyperparameters[name], one) if isinstance(one, dict) else one for name, one in changes.items()
    }
    return {**hyperparameters, **inner}


def _real(trial: _Trial, bias: float | None = None) -> Train:
    dataset, _ = trial.data(bias)
    return dataset.frame, trial.images(dataset, dataset.frame)


def _balanced(trial: _Trial) -> Train:
    """The biased images, those of rare pairs of digit and colour repeated until all pairs are as frequent."""
    frame, pixels = _real(trial)
    cells = pd.factorize(frame["digit"] + " " + frame["color"])[0].astype(np.int64)
    rows = balanced_rows(cells, 1.0, np.random.default_rng([trial.seed, 3]))
    return frame.iloc[rows].reset_index(drop=True), pixels[rows]


def _synthetic(trial: _Trial, name: str, encoder: str = "student", *, own_groups: bool = False) -> Train:
    made = trial.made(name)
    found = made.sample(len(made.rows), seed=trial.seed, encoder=encoder, own_groups=own_groups)
    return found.frame, found.pixels


SYSTEMS: dict[str, Callable[[_Trial], Train]] = {
    "real images, biased": _real,
    "real images, biased, rare pairs repeated": _balanced,
    "synthetic (student)": partial(_synthetic, name="default"),
    "synthetic (teacher)": partial(_synthetic, name="default", encoder="teacher"),
    "student, colours as they were": partial(_synthetic, name="default", own_groups=True),
    "synthetic, no independence term": partial(_synthetic, name="unfair"),
    "synthetic, independence over all digits": partial(_synthetic, name="marginal"),
    "synthetic, batches not balanced": partial(_synthetic, name="unbalanced"),
    "real images, independent colours (ceiling)": partial(_real, bias=0.1),
}
_LEARNED = {"synthetic (student)": "default", "synthetic (teacher)": "default"}


def measure(plan: Plan, listener: Listener = ignore) -> pd.DataFrame:
    """Every record of every system and seed, kept as cells under ``plan.out``."""
    return carry_out(list(_work(plan, listener)), plan.out, listener)


def _work(plan: Plan, listener: Listener) -> Iterator[Work]:
    quick = None if plan.optimisation is None else plan.optimisation.model_dump()
    settings: dict[str, Any] = {"library": library(learns=True, further=FURTHER), "optimisation": quick}
    for seed in plan.seeds:
        trial = _Trial(plan, seed, listener)
        for name in SYSTEMS:
            yield Cell(plan.problem, name, seed, "test", settings), partial(_score, trial, name)


def _score(trial: _Trial, name: str) -> list[Record]:
    """Accuracy over all digits and its gap between colours; and of what the student makes, what was asked for."""
    frame, pixels = SYSTEMS[name](trial)
    dataset, holdout = trial.data()
    tested = trial.images(dataset, holdout)
    truth, members = holdout["digit"].to_numpy(dtype=object), holdout["color"].to_numpy(dtype=object)
    found: list[Record] = []
    for seed in CLASSIFIER_SEEDS:
        predicted = _predicted((frame["digit"], pixels), tested, seed)
        tag = Tag(name, "B", seed=seed)
        records = [
            *multiclass.overall_records(truth, predicted, tag),
            *multiclass.group_records(
                truth, predicted, Grouping.of(members), tag, minimum=dataset.schema.min_group_size
            ),
        ]
        found += [record for record in records if record.metric in (ACCURACY, GAP) and record.group is None]
    return found + (_asked(trial, name) if name in _LEARNED else [])


def _asked(trial: _Trial, name: str) -> list[Record]:
    """Share of images asked to be {3, red} in which classifiers trained on real images find a 3, and find red."""
    encoder = "teacher" if "teacher" in name else "student"
    target, group = ASKED_FOR
    made = trial.made(_LEARNED[name]).sample(
        MAX_ASKED, seed=trial.seed + 100, encoder=encoder, target=target, proportions={group: 1.0}
    )
    real, pixels = _real(trial, 0.1)
    found = []
    for what, column, wanted in (("target", "digit", target), ("group", "color", group)):
        hits = float((_predicted((real[column], pixels), made.pixels, 0) == wanted).mean())
        found.append(Tag(name, "B").record(FOUND[what], Estimate(hits, n=MAX_ASKED)))
    return found


def _predicted(train: tuple[pd.Series, Pixels], tested: Pixels, seed: int) -> np.ndarray:
    names, codes = np.unique(train[0].to_numpy(dtype=str), return_inverse=True)
    model = ImageClassifier(seed).fit(_views(train[1]), codes)
    return np.asarray(names[model.predict_proba(_views(tested)).argmax(axis=1)], dtype=object)


def _views(pixels: Pixels) -> ClassifierInputs:
    return ClassifierInputs(pixels, np.arange(len(pixels)), np.zeros((len(pixels), 0), dtype=np.float32))


def page_of(table: pd.DataFrame, plan: Plan) -> str:
    """The table as Markdown: means over seeds of the mean over classifiers, with the standard deviation over seeds."""
    heads = ["trained on", *COLUMNS.values()]
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join(["---"] * len(heads)) + " |"]
    for name in SYSTEMS:
        mine = table[table["system"] == name]
        cells = [_over_seeds(mine[mine["metric"] == metric]) for metric in COLUMNS]
        lines.append("| " + " | ".join([name, *cells]) + " |")
    how = (
        f"{plan.problem}, seeds {', '.join(map(str, plan.seeds))} (split, colours, networks and images alike), "
        f"{len(CLASSIFIER_SEEDS)} classifiers each. Accuracy over all ten digits on {_tested(plan)} real images whose "
        "colours are independent of the digit; the gap is the accuracy of the best colour minus that of the worst, so "
        "it has a floor above 0 from chance alone: the ceiling row shows it. {3, red}: share of "
        f"{MAX_ASKED:,} images asked to be a red 3 in which classifiers trained on real images (independent colours) "
        "find a 3, and find red."
    )
    return "\n\n".join([f"`{plan.command}`. {markdown_page.machine()}", how, "\n".join(lines)])


def _tested(plan: Plan) -> str:
    holdout = load(plan.problem, seed=plan.seeds[0]).holdout
    return f"{0 if holdout is None else len(holdout):,}"


def _over_seeds(records: pd.DataFrame) -> str:
    if records.empty:
        return ""
    means = records.groupby("generator_seed")["value"].mean()
    return f"{means.mean():.3f} ± {means.std(ddof=1):.3f}" if len(means) > 1 else f"{means.mean():.3f}"


def write_tables(table: pd.DataFrame, plan: Plan, *, readme: bool) -> Path:
    """Leave the page in the plan's folder; if asked, in the README too."""
    text = page_of(table, plan)
    table.to_parquet(plan.out / "images.parquet", index=False)
    write_text(plan.out / "images.md", text + "\n")
    if readme:
        markdown_page.replace_between("images", text)
    return plan.out / "images.md"
