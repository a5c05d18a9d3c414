"""FLDGM on known latents: new latents follow the distribution of the teacher's."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from core.data.sources.load import load
from core.synthesis.base import Observations
from core.synthesis.methods.fairdisco import FairDisCo
from core.synthesis.methods.method_info import method, method_settings
from core.synthesis.methods.settings import teacher_alone

CPU = torch.device("cpu")
NAMES = ("fldgm-lsgan", "fldgm-wgan", "fldgm-dm")
MARGIN = {"fldgm-lsgan": 0.1, "fldgm-wgan": 0.12, "fldgm-dm": 0.05}
"""Tolerance of the AUC of new against the teacher's latents above .5."""


@pytest.fixture(scope="module")
def teacher():
    data = load("demo", rows=3000, sensitive=["sex"], seed=2)
    settings = method_settings("fldgm-dm", "fast", {})
    return FairDisCo(teacher_alone(settings.teacher)).fit(Observations(data.frame), data.schema, seed=0, device=CPU)


OTHERS = [pytest.param(name, marks=pytest.mark.slow) for name in NAMES if name != "fldgm-dm"]


@pytest.fixture(scope="module", params=["fldgm-dm", *OTHERS])
def learned(request, teacher):
    how = method_settings(request.param, "fast", {}).optimisation
    passes = 60 if request.param == "fldgm-dm" else 300
    made = method(request.param, "fast", {"optimisation": {**how.model_dump(), "epochs": passes, "batch_size": 256}})
    return request.param, made.fit_from_teacher(teacher, seed=1)


def test_new_latents_match_the_teachers_in_a_two_sample_test(teacher, learned):
    name, made = learned
    new, _ = made.sample_labelled_latents(3000, seed=5)
    mean, deviation = teacher.model.posterior("teacher")[:2]
    known = mean + deviation * np.random.default_rng(0).standard_normal(mean.shape)
    points = np.concatenate([known, new])
    labels = np.repeat([0, 1], [len(known), len(new)])
    scores = cross_val_predict(
        HistGradientBoostingClassifier(max_iter=60), points, labels, cv=3, method="predict_proba"
    )[:, 1]
    assert roc_auc_score(labels, scores) < 0.5 + MARGIN[name]


def test_the_two_sample_test_sees_another_distribution(teacher):
    mean, deviation = teacher.model.posterior("teacher")[:2]
    rng = np.random.default_rng(0)
    known = mean + deviation * rng.standard_normal(mean.shape)
    shuffled = np.stack([rng.permutation(column) for column in known.T], axis=1) * 1.3
    points, labels = np.concatenate([known, shuffled]), np.repeat([0, 1], len(known))
    scores = cross_val_predict(
        HistGradientBoostingClassifier(max_iter=60), points, labels, cv=3, method="predict_proba"
    )[:, 1]
    assert roc_auc_score(labels, scores) > 0.65


def test_outcomes_do_not_depend_on_the_group(learned):
    """The label is drawn from p(y | z) alone, and the group from its share: their gap is chance."""
    _, made = learned
    frame = made.sample(8000, seed=3).frame
    rates = (frame["approved"] == "yes").groupby(frame["sex"]).mean()
    assert abs(rates.max() - rates.min()) < 0.035
    assert 0.2 < rates.mean() < 0.7
