"""Train: the dials, and the job that makes teacher, student and fair synthetic rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.config import run_config
from core.data.dataset import Dataset
from core.report import tradeoff
from core.runs.store import RunFolder
from core.synthesis.settings import PRESETS
from screens.parts import draw, image_dials, images, results, state
from screens.parts.starting import ready, start, under_way
from screens.parts.watch import stages_of, watch
from screens.parts.words import plain

ABOUT_PRESETS = {
    "fast": "Small networks, seconds to a minute. To look around.",
    "default": "The best setting measured for Evenhand. Minutes.",
    "paper": "The authors' settings as far as they are known, outcomes left alone. Long; better on a GPU.",
}
LOSSES = {
    "wasserstein": "2-Wasserstein: mean and spread",
    "l1": "L1: absolute differences",
    "mse": "MSE: squared differences",
    "huber": "Huber: squared when small, absolute when large",
    "md": "Mean difference",
    "gaussian_kl": "KL between the two normal laws",
}
CHANNELS = {
    "auto": "On: chosen by what it costs",
    "s_blind": "On: fair whether or not a classifier sees the sensitive columns",
    "s_aware": "On: fair for classifiers that see the sensitive columns",
    "off": "Off: outcomes follow the real rows' law, and carry their bias",
}
CRITERIA = {
    "demographic_parity": "Equal selection rates (demographic parity)",
    "equalized_odds": "Equal true and false positive rates (equalized odds)",
}
TARGET, WIDTH = 0.9, 560
DEVICES = {"auto": "Choose by itself", "cpu": "Processor (CPU)", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}


def preset() -> str:
    """The named settings that all dials start from."""
    return str(
        st.radio(
            "Preset",
            list(ABOUT_PRESETS),
            index=1,
            format_func=str.capitalize,
            captions=list(ABOUT_PRESETS.values()),
            key="preset",
            bind="query-params",
            persist_state="session",
        )
    )


def dials(name: str) -> dict[str, Any]:
    """The dials that matter, at the preset's values until they are turned."""
    base = PRESETS[name]
    left, right = st.columns(2)
    with left:
        weight = st.number_input(
            "Fairness weight (β)", 0.0, None, base.teacher.independence_weight, format="%g", **_kept(name, "beta")
        )
        st.caption(
            "How hard the teacher is kept from learning the sensitive columns. Higher makes rows that tell less of the "
            "group and are less detailed. In the paper: β in equation 3."
        )
        quality = st.selectbox(
            "Quality loss",
            list(LOSSES),
            index=list(LOSSES).index(base.student.quality),
            format_func=lambda one: LOSSES[one],
            **_kept(name, "quality"),
        )
        st.caption(
            "How a difference between the student's inner picture of a row and the teacher's is counted. In the paper: "
            "L_distillation in equation 4."
        )
        utility = st.number_input("Utility weight (λ)", 0.0, None, base.student.kl_weight, **_kept(name, "lambda"))
        st.caption(
            "How strongly that inner picture is kept in a simple, bell-shaped form, from which new rows are easily "
            "drawn; 0 leaves that out. In the paper: λ in equation 6."
        )
        channel = st.selectbox(
            "Fair outcomes",
            list(CHANNELS),
            index=list(CHANNELS).index(base.labels.channel),
            format_func=lambda one: CHANNELS[one],
            **_kept(name, "channel"),
        )
        st.caption("Not in the paper: redraws as few outcomes as fairness needs, and the report counts them.")
        criterion = st.selectbox(
            "Fair means",
            list(CRITERIA),
            index=list(CRITERIA).index(base.labels.criterion),
            format_func=lambda one: CRITERIA[one],
            **_kept(name, "criterion"),
        )
        st.caption(
            "Of whom the classifiers select. Where outcomes differ between the groups in the real rows, no useful "
            "classifier can have both: equal selection rates make the error rates differ, and the other way round."
        )
    with right:
        size = st.number_input("Size of the student", 1, 4096, base.student.hidden, **_kept(name, "size"))
        st.caption(
            "How much the student can learn: units of its hidden layer; the teacher has "
            f"{base.teacher.hidden}. In the paper: student ψ, teacher φ."
        )
        epochs = st.number_input("Epochs", 1, 100_000, base.teacher.optimisation.epochs, **_kept(name, "epochs"))
        st.caption(
            "How often teacher and student go over the rows; more is slower and often better. Left as it is, the "
            f"student takes {base.student.optimisation.epochs}."
        )
        seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="seed", persist_state="session")
        st.caption("The same seed gives the same rows; another one shows how much is chance.")
        device = st.selectbox(
            "Device", list(DEVICES), format_func=lambda one: DEVICES[one], key="device", persist_state="session"
        )
        st.caption("Where the networks run. A GPU pays only for large tables or many epochs.")
        target = aim(name)
    turned = {
        "fairness_weight": (weight, base.teacher.independence_weight),
        "quality": (quality, base.student.quality),
        "student_kl_weight": (utility, base.student.kl_weight),
        "student_hidden": (size, base.student.hidden),
        "epochs": (epochs, base.teacher.optimisation.epochs),
        "label_channel": (channel, base.labels.channel),
        "criterion": (criterion, base.labels.criterion),
    }
    changed = {field: value for field, (value, before) in turned.items() if value != before}
    return {"preset": name, "seed": int(seed), "device": device, "target_dpr": target, **changed}


def aim(name: str) -> float | None:
    """The parity ratio to aim at, if one is."""
    wanted = st.checkbox("Aim for a parity ratio (DPR) of at least", **_kept(name, "aim"))
    ratio = st.number_input(
        "Parity ratio to aim for",
        0.01,
        1.0,
        TARGET,
        0.01,
        disabled=not wanted,
        label_visibility="collapsed",
        **_kept(name, "target"),
    )
    st.caption(
        "DPR: the share selected in the group selected least, over that in the group selected most; 1 is parity. "
        "Fair outcomes are then made only as strong as this ratio needs, tried on a quarter of the rows first. "
        "It takes half as long again to twice as long."
    )
    return float(ratio) if wanted else None


def _kept(preset_name: str, dial: str) -> dict[str, Any]:
    """A dial of its own for each preset, so that another preset shows its own values."""
    return {"key": f"{dial}-{preset_name}", "persist_state": "session"}


def settings(dataset: Dataset) -> None:
    """Preset, dials and the button."""
    schema = dataset.schema
    st.subheader(plain(f"{dataset.name}: {schema.target} by {', '.join(schema.sensitive)}"), anchor=False)
    name = preset()
    with st.expander("Dials"):
        fields = dials(name) if schema.image is None else image_dials.show(name, LOSSES, DEVICES, _kept)
    if st.button("Start training", type="primary"):
        with draw.said():
            with st.spinner("Preparing the run …"):
                start(dataset, run_config(**fields))
            st.rerun()


def trade_off(folder: RunFolder) -> None:
    """Which strength was taken for the parity ratio that was aimed at, and what the others would have given."""
    records = results.records(folder)
    if why := tradeoff.reason(records):
        st.write(plain(why))
    drawn = tradeoff.plane(records)
    if drawn is not None:
        draw.figure(drawn, width=WIDTH)


def current(folder: RunFolder) -> bool:
    """The session's run; true while it is under way."""
    st.header(plain(f"Run {folder.path.name}"), anchor=False)
    alive = under_way(folder)
    if watch(folder.path, stages_of(folder)):
        trade_off(folder)
        with st.container(horizontal=True):
            draw.way("compare", "Next: compare what came out", main=True)
            if results.makes_rows(folder):
                draw.way("generate", "Generate images" if images.are(folder) else "Generate rows")
            if not images.are(folder):
                draw.way("methods", "Set it beside other methods")
            draw.way("report", "Report")
    return alive


draw.head(
    "Train",
    "A teacher learns the table without its sensitive columns, a smaller student learns from the teacher, and the "
    "synthetic rows are drawn from the student. It runs in a process of its own.",
)
busy = False
if state.lost_run():
    draw.problem(f"There is no run {state.lost_run()!r} on this machine; start another.")
run = state.run()
if run is not None:
    with draw.said():
        busy = current(run)
if busy:
    st.caption("Another training can be started here once this one has ended or is cancelled.")
else:
    if run is not None:
        st.header("Train again", anchor=False)
    with draw.said():
        table = ready(state.dataset())
        if table is not None:
            settings(table)
