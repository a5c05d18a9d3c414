"""Variants of the default settings that change one thing, to measure the effect of each part."""

from __future__ import annotations

from typing import Any

from core.synthesis.settings import PRESETS, SynthesisSettings

VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "no independence term in the teacher": {"teacher.independence_weight": 0.0},
    "teacher's HSIC weight 1,000": {"teacher.independence_weight": 1000.0},
    "V² in place of HSIC, weight 400": {"teacher.independence": "v_squared", "teacher.independence_weight": 400.0},
    "no independence term in the student": {"student.independence_weight": 0.0},
    "student: λ = 1": {"student.kl_weight": 1.0},
    "student: L1": {"student.quality": "l1"},
    "student: L1, λ = 1, as in the paper": {
        "student.quality": "l1",
        "student.kl_weight": 1.0,
        "student.independence_weight": 0.0,
    },
    "student: MSE": {"student.quality": "mse"},
    "student: Huber": {"student.quality": "huber"},
    "student: mean difference": {"student.quality": "md"},
    "student: KL of the posteriors": {"student.quality": "gaussian_kl"},
    "student of 24 units": {"student.hidden": 24},
    "student of 56 units": {"student.hidden": 56},
    "no channel": {"labels.channel": "off"},
    "channel: attribute-blind": {"labels.channel": "attribute_blind"},
    "channel: attribute-aware": {"labels.channel": "attribute_aware"},
    "channel: repair level 0.5": {"labels.repair_level": 0.5},
    "channel: the data's own noise": {"labels.sharpness": 1.0},
    "channel: sharpness 6": {"labels.sharpness": 6.0},
    "channel: not calibrated": {"labels.calibration_rounds": 0},
    "channel: equalized odds": {"labels.criterion": "equalized_odds"},
    "channel: equalized odds, attribute-aware": {
        "labels.criterion": "equalized_odds",
        "labels.channel": "attribute_aware",
    },
    "channel: equal opportunity": {"labels.criterion": "equal_opportunity"},
    "columns independent given z": {"teacher.autoregressive": False},
    "spikes of 2 % only": {"encoding.spike_share": 0.02},
    "16 bins": {"encoding.bins": 16},
    "64 bins": {"encoding.bins": 64},
    "latent of 8": {"teacher.latent": 8},
    "latent of 32": {"teacher.latent": 32},
    "teacher's KL weight 0.5": {"teacher.kl_weight": 0.5},
    "teacher's KL weight 1 (z unused)": {"teacher.kl_weight": 1.0},
    "20 epochs": {"teacher.optimisation.epochs": 20},
    "100 epochs": {"teacher.optimisation.epochs": 100},
}


def variant(changes: dict[str, Any], preset: str = "default") -> SynthesisSettings:
    """Return a preset with the settings at dotted paths replaced.

    >>> variant({"teacher.latent": 8}).teacher.latent
    8

    Raises:
        KeyError: There is no such setting.
        pydantic.ValidationError: A value is out of range.
    """
    hyperparameters = PRESETS[preset].model_dump()
    for path, value in changes.items():
        *parents, name = path.split(".")
        place = hyperparameters
        for parent in parents:
            place = place[parent]
        if name not in place:
            raise KeyError(path)
        place[name] = value
    return SynthesisSettings.model_validate(hyperparameters)
