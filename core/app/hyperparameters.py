"""The expert settings of training that tables and images share."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.synthesis.settings import Optimisation

LOSSES = {
    "wasserstein": "2-Wasserstein: mean and spread",
    "l1": "L1: absolute differences",
    "mse": "MSE: squared differences",
    "huber": "Huber: squared when small, absolute when large",
    "md": "Mean difference",
    "gaussian_kl": "KL divergence of two normal distributions",
}
DEVICES = {"auto": "Choose by itself", "cpu": "Processor (CPU)", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}


def shared(name: str, base: Any, kind: str) -> dict[str, Any]:
    """Show weights, loss, epochs, seed and device, and return the settings of a run that they give.

    Args:
        name: The preset.
        base: The preset's values: settings with a ``teacher`` and a ``student``.
        kind: Kind of data; each kind has widgets with values of their own.
    """
    left, right = st.columns(2)
    with left:
        weight = st.number_input(
            "Fairness weight (β)",
            0.0,
            None,
            base.teacher.independence_weight,
            format="%g",
            **widget_state(name, "beta", kind),
        )
        st.caption(
            "How strongly the full model is kept from learning the group. Higher reveals less of the group and makes "
            "rows or images less detailed. In the paper: β in equation 3."
        )
        quality = st.selectbox(
            "Quality loss",
            list(LOSSES),
            index=list(LOSSES).index(base.student.quality),
            format_func=lambda one: LOSSES[one],
            **widget_state(name, "quality", kind),
        )
        st.caption(
            "How the difference between the latent features of compact and full model is measured. In the paper: "
            "L_distillation in equation 4."
        )
        utility = st.number_input(
            "Utility weight (λ)", 0.0, None, base.student.kl_weight, **widget_state(name, "lambda", kind)
        )
        st.caption(
            "How strongly the latent features are kept close to a normal distribution, from which new rows are easily "
            "drawn. 0 leaves that out. In the paper: λ in equation 6."
        )
    with right:
        usual = base.teacher.optimisation
        epochs = st.number_input("Epochs", 1, 100_000, usual.epochs, **widget_state(name, "epochs", kind))
        st.caption(
            "How often both models go over the data; more is slower and often better. Left unchanged, the compact "
            f"model takes {base.student.optimisation.epochs}.{_limits(usual)}"
        )
        seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="seed", persist_state="session")
        st.caption("The same seed gives the same results; another one shows how much is chance.")
        device = st.selectbox(
            "Device", list(DEVICES), format_func=lambda one: DEVICES[one], key="device", persist_state="session"
        )
        st.caption("Where the networks run. A GPU pays only for large tables, large images or many epochs.")
    changed = changed_from_preset(
        fairness_weight=(weight, base.teacher.independence_weight),
        quality=(quality, base.student.quality),
        student_kl_weight=(utility, base.student.kl_weight),
        epochs=(epochs, usual.epochs),
    )
    return {"seed": int(seed), "device": device, **changed}


def _limits(usual: Optimisation) -> str:
    """Return a sentence, with a blank before it, on each limit of the steps of a training."""
    few = f" Both go over small data more often, for at least {usual.min_steps:,} steps." if usual.min_steps else ""
    many = f" They go over large data less often, for at most {usual.max_steps:,} steps." if usual.max_steps else ""
    return few + many


def changed_from_preset(**hyperparameters: tuple[Any, Any]) -> dict[str, Any]:
    """Return the settings whose value differs from the preset's; each is given as (value, preset's value)."""
    return {field: value for field, (value, before) in hyperparameters.items() if value != before}


def widget_state(preset: str, param: str, kind: str = "table") -> dict[str, Any]:
    """Return key and persistence of a widget: one widget for each preset and kind of data, with its own value."""
    prefix = "" if kind == "table" else f"{kind}-"
    return {"key": f"{prefix}{param}-{preset}", "persist_state": "session"}
