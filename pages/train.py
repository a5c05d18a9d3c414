"""Train: the dials, and the job that makes teacher, student and fair synthetic rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.app import elements, run_results, session
from core.app.field_labels import CHANNELS
from core.app.hyperparameters import kept, shared, turned
from core.app.job_monitor import stages_of, watch
from core.app.markdown import plain
from core.app.start_runs import ready, start, under_way
from core.audit.record_set import RecordSet
from core.config import run_config
from core.data.dataset import Dataset
from core.learning.catalog import CLASSIFIERS
from core.modalities.catalog import modality_of
from core.report.tables import repair_level
from core.runs.run_folder import RunFolder
from core.synthesis.methods.catalog import methods_for
from core.synthesis.settings import PRESETS

ABOUT_PRESETS = {
    "fast": "Small networks, seconds to a minute. To look around.",
    "default": "The best setting measured for Evenhand. Minutes.",
    "paper": "The authors' settings as far as they are known, outcomes left alone. Long; better on a GPU.",
}
CRITERIA = {
    "demographic_parity": "Equal selection rates (demographic parity)",
    "equalized_odds": "Equal true and false positive rates (equalized odds)",
}
TARGET, WIDTH = 0.9, 560


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


def table_dials(name: str) -> dict[str, Any]:
    """What only tables have: how outcomes are made fair, and how large the student is."""
    base = PRESETS[name]
    left, right = st.columns(2)
    with left:
        channel = st.selectbox(
            "Fair outcomes",
            list(CHANNELS),
            index=list(CHANNELS).index(base.labels.channel),
            format_func=lambda one: CHANNELS[one],
            **kept(name, "channel"),
        )
        st.caption("Not in the paper: redraws as few outcomes as fairness needs, and the report counts them.")
        criterion = st.selectbox(
            "Fair means",
            list(CRITERIA),
            index=list(CRITERIA).index(base.labels.criterion),
            format_func=lambda one: CRITERIA[one],
            **kept(name, "criterion"),
        )
        st.caption(
            "Of whom the classifiers select. Where outcomes differ between the groups in the real rows, no useful "
            "classifier can have both: equal selection rates make the error rates differ, and the other way round."
        )
    with right:
        size = st.number_input("Size of the student", 1, 4096, base.student.hidden, **kept(name, "size"))
        st.caption(
            "How much the student can learn: units of its hidden layer; the teacher has "
            f"{base.teacher.hidden}. In the paper: student ψ, teacher φ."
        )
        target = aim(name)
    changed = turned(
        student_hidden=(size, base.student.hidden),
        label_channel=(channel, base.labels.channel),
        criterion=(criterion, base.labels.criterion),
    )
    return {"target_dpr": target, "classifier": downstream(), **changed}


def downstream() -> str:
    """The classifier that the audit trains."""
    chosen = st.selectbox(
        "Downstream classifier",
        list(CLASSIFIERS),
        format_func=lambda one: CLASSIFIERS[one].title,
        key="classifier",
        persist_state="session",
    )
    st.caption("What the audit trains on real and on synthetic rows; fair outcomes are made fair for this one.")
    return str(chosen)


def aim(name: str) -> float | None:
    """The parity ratio to aim at, if one is."""
    wanted = st.checkbox("Aim for a parity ratio (DPR) of at least", **kept(name, "aim"))
    ratio = st.number_input(
        "Parity ratio to aim for",
        0.01,
        1.0,
        TARGET,
        0.01,
        disabled=not wanted,
        label_visibility="collapsed",
        **kept(name, "target"),
    )
    st.caption(
        "DPR: the share selected in the group selected least, over that in the group selected most; 1 is parity. "
        "Fair outcomes are then made only as strong as this ratio needs, tried on a quarter of the rows first. "
        "It takes half as long again to twice as long."
    )
    return float(ratio) if wanted else None


def settings(dataset: Dataset) -> None:
    """Preset, dials and the button."""
    schema = dataset.schema
    st.subheader(plain(f"{dataset.name}: {schema.target} by {', '.join(schema.sensitive)}"), anchor=False)
    name = preset()
    with st.expander("Dials"):
        config = run_config(preset=name)
        fields = {"preset": name, **shared(name, config.settings_for(schema), schema.data_kind)}
        if "label_channel" in config.method_info(schema).takes:
            fields |= table_dials(name)
        else:
            st.caption(
                f"Outcomes need no fair label channel here: each synthetic {modality_of(schema).words.one} gets its "
                "sensitive value drawn without regard to its outcome."
            )
    if st.button("Start training", type="primary"):
        with elements.show_errors():
            with st.spinner("Preparing the run …"):
                start(dataset, run_config(**fields))
            st.rerun()


def trade_off(folder: RunFolder) -> None:
    """Which repair level was taken for the parity ratio that was aimed at, and what the others would have given."""
    records = RecordSet(run_results.records(folder))
    if why := repair_level.reason(records):
        st.write(plain(why))
    drawn = repair_level.plane(records)
    if drawn is not None:
        elements.figure(drawn, width=WIDTH)


def current(folder: RunFolder) -> bool:
    """The session's run; true while it is under way."""
    st.header(plain(f"Run {folder.path.name}"), anchor=False)
    alive = under_way(folder)
    if watch(folder.path, stages_of(folder)):
        trade_off(folder)
        modality = modality_of(folder.schema.read())
        with st.container(horizontal=True):
            elements.page_link("compare", "Next: compare what came out", main=True)
            if run_results.makes_rows(folder):
                elements.page_link("generate", f"Generate {modality.words.many}")
            if len(methods_for(folder.schema.read().data_kind)) > 1:
                elements.page_link("methods", "Set it beside other methods")
            elements.page_link("report", "Report")
    return alive


elements.page_header(
    "Train",
    "A teacher learns the rows or images without what is sensitive, a smaller student learns from the teacher, and "
    "synthetic ones are drawn from the student. It runs in a process of its own.",
)
busy = False
if session.lost_run():
    elements.problem(f"There is no run {session.lost_run()!r} on this machine; start another.")
run = session.run()
if run is not None:
    with elements.show_errors():
        busy = current(run)
if busy:
    st.caption("Another training can be started here once this one has ended or is cancelled.")
else:
    if run is not None:
        st.header("Train again", anchor=False)
    with elements.show_errors():
        table = ready(session.dataset())
        if table is not None:
            settings(table)
