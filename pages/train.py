"""Train: the settings, and the job that trains both models and makes fair synthetic rows."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from core.app import elements, fairness_goal, galleries, run_results, session, subject, synthetic_csv
from core.app.field_labels import CHANNELS, LABELS, PRESET_NAMES
from core.app.hyperparameters import changed_from_preset, shared, widget_state
from core.app.job_monitor import stages_of, watch
from core.app.markdown import plain
from core.app.page_words import speak_of
from core.app.start_runs import ready, start, under_way
from core.audit.record_set import RecordSet
from core.cluster import ADDRESS
from core.config import run_config
from core.data.data_kinds import TABLE
from core.data.dataset import Dataset
from core.data.groups import is_binary
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.findings.overview import overview
from core.modalities.catalog import modality_of
from core.report.tables import repair_level
from core.runs.run_folder import RunFolder
from core.synthesis.methods.method_info import has_several_methods
from core.synthesis.settings import PRESETS

ABOUT_PRESETS = {
    "fast": "Small networks, a minute or a few, most of it for the audit. To look around.",
    "default": "The best setting measured for Evenhand. Minutes.",
    "paper": "The settings that the method's authors published, without outcome repair. Long; better on a GPU.",
}
TARGET, TOLERATED, EPSILON_DP, WIDTH = 0.9, 50, 3.0, 560


def preset() -> str:
    """Show the choice of preset, the named settings that the expert settings start from."""
    return str(
        st.radio(
            "Preset",
            list(ABOUT_PRESETS),
            index=1,
            format_func=PRESET_NAMES.__getitem__,
            captions=list(ABOUT_PRESETS.values()),
            key="preset",
            bind="query-params",
            persist_state="session",
        )
    )


def table_settings(name: str) -> dict[str, Any]:
    """Show the settings that only tables have: outcome repair, and the size of the compact model."""
    base = PRESETS[name]
    left, right = st.columns(2)
    with left:
        channel = st.selectbox(
            LABELS["label_channel"],
            list(CHANNELS),
            index=list(CHANNELS).index(base.labels.channel),
            format_func=lambda one: CHANNELS[one],
            **widget_state(name, "channel"),
        )
        st.caption(
            "Alters as few synthetic outcomes as fairness needs, and the report counts them (fair label channel; not "
            "in the paper)."
        )
    with right:
        size = st.number_input(LABELS["student_hidden"], 1, 4096, base.student.hidden, **widget_state(name, "size"))
        st.caption(
            "How much the compact model can learn: units of its hidden layer. The full model has "
            f"{base.teacher.hidden}. In the paper: student ψ, teacher φ."
        )
        target = aim(name)
    private = guarantee(name)
    changed = changed_from_preset(
        student_hidden=(size, base.student.hidden),
        label_channel=(channel, base.labels.channel),
    )
    return {**target, **private, "classifier": downstream(), **changed}


def guarantee(name: str) -> dict[str, Any]:
    """Show the choice of a privacy guarantee; return it, if there is one."""
    wanted = st.checkbox("Guarantee privacy, with an epsilon of", **widget_state(name, "private"))
    epsilon = st.number_input(
        LABELS["epsilon_dp"],
        0.1,
        100.0,
        EPSILON_DP,
        0.5,
        disabled=not wanted,
        label_visibility="collapsed",
        **widget_state(name, "epsilon_dp"),
    )
    st.caption(
        "Noise hides whether any single row was among the train rows (differential privacy). A smaller epsilon hides "
        "it better and costs more quality. The synthetic rows and an exported generator keep this guarantee. It covers "
        "one row each, not all rows of a person, and not the figures of the audit."
    )
    return {"epsilon_dp": float(epsilon)} if wanted else {}


def downstream() -> str:
    """Show the choice of the classifier that the audit trains."""
    chosen = st.selectbox(
        LABELS["classifier"],
        list(CLASSIFIERS),
        format_func=lambda one: CLASSIFIERS[one].title,
        key="classifier",
        persist_state="session",
    )
    st.caption(
        "The model that the audit trains on real and on synthetic rows (downstream classifier). Outcomes are repaired "
        "for this one."
    )
    return str(chosen)


def aim(name: str) -> dict[str, Any]:
    """Show the choice of a target parity ratio or of a difference that suffices; return it, if there is one."""
    wanted = st.checkbox("Aim for a parity ratio of at least", **widget_state(name, "aim"))
    ratio = st.number_input(
        "Parity ratio to aim for",
        0.01,
        1.0,
        TARGET,
        0.01,
        disabled=not wanted,
        label_visibility="collapsed",
        **widget_state(name, "target"),
    )
    st.caption(
        "The lowest over the highest share selected (demographic parity ratio, DPR); 1 is parity. Outcomes are then "
        "repaired only as far as this ratio needs; the amount is tried on a quarter of the rows first. Training takes "
        "1.5 to 2 times as long."
    )
    accepted = st.checkbox("Or accept a difference of at most, per 1,000", disabled=wanted, **widget_state(name, "tol"))
    people = st.number_input(
        LABELS["epsilon"],
        0,
        999,
        TOLERATED,
        5,
        disabled=wanted or not accepted,
        label_visibility="collapsed",
        **widget_state(name, "epsilon"),
    )
    st.caption(
        "People per 1,000 by which the compared rates of two groups may differ (tolerance, epsilon). The least repair "
        "that reaches it is tried on a quarter of the rows first."
    )
    if wanted:
        return {"target_dpr": float(ratio)}
    return {"epsilon": people / 1000} if accepted else {}


def settings(dataset: Dataset) -> None:
    """Show preset, expert settings and the button."""
    schema = dataset.schema
    name = preset()
    config = run_config(preset=name)
    repairs = config.method_info(schema).repairs_labels
    chosen = fairness_goal.choice(name, dataset) if repairs and is_binary(dataset.frame, schema) else {}
    with st.expander("Expert settings"):
        fields = {"preset": name, **chosen, **shared(name, config.settings_for(schema), schema.data_kind)}
        if repairs:
            fields |= table_settings(name)
        else:
            st.caption(
                "No outcome repair is needed here: the sensitive value of each synthetic "
                f"{modality_of(schema).words.one} is drawn independently of its outcome."
            )
    if ADDRESS.value() and schema.data_kind == TABLE:
        st.caption(
            "Other machines of this service help: they train the classifiers of the audit, and make rows that you "
            "generate later. Coded rows go there for as long as that takes."
        )
    # A finished run has its own next step, and a page has one main button.
    if st.button("Start training", type="secondary" if subject.run() is not None else "primary"):
        with elements.show_errors():
            with st.spinner("Preparing the run …"):
                start(dataset, run_config(**fields))
            st.rerun()


def trade_off(folder: RunFolder) -> None:
    """Show the repair level chosen for the target parity ratio, and what the others would have given."""
    records = RecordSet(run_results.records(folder))
    if why := repair_level.reason(records):
        st.write(plain(why))
    drawn = repair_level.plane(records)
    if drawn is not None:
        elements.figure(drawn, width=WIDTH)


def missed(folder: RunFolder) -> tuple[str, ...]:
    """Return where the finished run missed its aim, in sentences of its first screen; an audit aims at nothing."""
    return () if folder.is_audit() else overview(run_results.conclusions(folder)).missed


def download(folder: RunFolder) -> None:
    """Show the download of the fair rows, or images."""
    if folder.synthetic_zip.exists():
        galleries.download(folder)
    elif folder.synthetic_csv.exists():
        synthetic_csv.buttons("Download the fair rows", folder.synthetic_csv, f"{folder.path.name}-synthetic")


def current(folder: RunFolder) -> bool:
    """Show the session's run; true while it is in progress."""
    speak_of(folder.schema.read() if folder.schema.exists() else None)
    st.header("This run", anchor=False)
    alive = under_way(folder)
    if watch(folder.path, stages_of(folder), partial(missed, folder)):
        trade_off(folder)
        modality = modality_of(folder.schema.read())
        with st.container(horizontal=True, vertical_alignment="center"):
            elements.page_link("compare", "Next: compare the results", main=True)
            download(folder)
            if run_results.makes_rows(folder):
                elements.page_link("generate", f"Generate {modality.words.many}")
            if has_several_methods(folder.schema.read().data_kind):
                elements.page_link("methods", "Compare with other methods")
            elements.page_link("report", "Report")
        if folder.synthetic_csv.exists():
            st.caption(synthetic_csv.ABOUT)
    return alive


elements.page_header(
    "Train",
    "A full model (teacher) learns numbers for each row that are meant to reveal little of the group; the audit "
    "measures how much they do. A compact model (student) learns from it, and synthetic data are drawn from the "
    "compact model. You may close the page while it runs.",
)
busy = False
run = subject.run()
if run is not None:
    with elements.show_errors():
        busy = current(run)
if busy:
    st.caption("You can start another training here when this one has ended or is cancelled.")
else:
    if run is not None:
        st.header("Train again", anchor=False)
    with elements.show_errors():
        table = ready(session.dataset())
        if table is not None:
            settings(table)
