"""The dials of training on images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.synthesis.image_settings import IMAGE_PRESETS

Kept = Callable[[str, str], dict[str, Any]]


def show(name: str, losses: dict[str, str], devices: dict[str, str], kept: Kept) -> dict[str, Any]:
    """The dials at the preset's values until they are turned; answers with the settings of a run.

    Args:
        name: The preset.
        losses: Quality losses and what they are called.
        devices: Devices and what they are called.
        kept: Makes the key of a dial of its own for each preset.
    """
    base = IMAGE_PRESETS[name]
    left, right = st.columns(2)
    with left:
        weight = st.number_input(
            "Fairness weight (β)", 0.0, None, base.teacher.independence_weight, format="%g", **kept(name, "image-beta")
        )
        st.caption(
            "How hard the teacher is kept from learning the sensitive attribute within each outcome. Higher tells less "
            "of the group and makes less detailed images. In the paper: β in equation 3."
        )
        quality = st.selectbox(
            "Quality loss",
            list(losses),
            index=list(losses).index(base.student.quality),
            format_func=lambda one: losses[one],
            **kept(name, "image-quality"),
        )
        st.caption(
            "How a difference between student and teacher is counted. In the paper: L_distillation in equation 4."
        )
        utility = st.number_input("Utility weight (λ)", 0.0, None, base.student.kl_weight, **kept(name, "image-lambda"))
        st.caption(
            "How strongly the student's inner picture is kept in a bell-shaped form. In the paper: λ in equation 6."
        )
    with right:
        epochs = st.number_input("Epochs", 1, 100_000, base.teacher.optimisation.epochs, **kept(name, "image-epochs"))
        st.caption(
            "How often teacher and student go over the images. Left as it is, few images are gone over more often: for "
            f"at least {base.teacher.optimisation.least_steps:,} steps."
        )
        seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="seed", persist_state="session")
        st.caption("The same seed gives the same images; another one shows how much is chance.")
        device = st.selectbox(
            "Device", list(devices), format_func=lambda one: devices[one], key="device", persist_state="session"
        )
        st.caption("Where the networks run. A GPU pays for images larger than 32 pixels.")
    st.caption(
        "Outcomes need no fair label channel here: each synthetic image gets its sensitive value drawn without regard "
        "to its outcome."
    )
    turned = {
        "fairness_weight": (weight, base.teacher.independence_weight),
        "quality": (quality, base.student.quality),
        "student_kl_weight": (utility, base.student.kl_weight),
        "epochs": (epochs, base.teacher.optimisation.epochs),
    }
    changed = {field: value for field, (value, before) in turned.items() if value != before}
    return {"preset": name, "seed": int(seed), "device": device, **changed}
