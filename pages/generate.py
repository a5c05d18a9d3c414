"""Generate: more rows from a finished run, with chosen group shares and amount of outcome repair."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.app import downloads, elements, galleries, long_work, run_results, synthetic_csv
from core.app.field_labels import in_words
from core.app.job_monitor import stages_of, watch
from core.app.markdown import counted, plain
from core.app.page_words import speak_of
from core.audit.display_names import attribute_title
from core.data.group_shares import complete_shares
from core.data.groups import attribute_name
from core.downstream_classifiers.base import DownstreamClassifier
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER
from core.errors import EvenhandError
from core.modalities.catalog import modality_of
from core.pipeline import (
    GenerateRequest,
    accepted_conditions,
    disclosed,
    exportable,
    exported,
    group_choices,
    request_generation,
    target_choices,
)
from core.report.tables.exported_figures import exported_figures_table
from core.runs import jobs
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.synthesis.methods.method_info import method_info

MIXES = {
    "table": "As in the table",
    "shares": "My own shares",
    "group": "One group only",
}
MAX_ROWS = 10_000_000
EVERY = "(all)"
EXPORTED = "exported generator"


def mix(choices: Mapping[str, Mapping[str, float]], ways: Mapping[str, str]) -> tuple[dict[str, float], str | None]:
    """Show the choice of group shares or of one group, and return it; ``ways`` holds the names of the choices."""
    way = st.radio(
        "Groups", list(ways), format_func=lambda one: ways[one], horizontal=True, key="mix", persist_state="session"
    )
    if way == "table":
        return {}, None
    shares = choices[attribute(list(choices))]
    if way == "group":
        return {}, st.selectbox("Group", list(shares), key="group", persist_state="session")
    st.caption("Change the share of any group, in percent. The groups that you leave unchanged divide the rest.")
    given = {}
    columns = st.columns(3)
    for place, (group, share) in enumerate(shares.items()):
        usual, key = round(100 * share, 1), f"share-{group}"
        with columns[place % 3]:
            percent = st.number_input(
                plain(group), 0.0, 100.0, usual, 0.1, format="%.1f", key=key, persist_state="session"
            )
        if percent != usual:
            given[group] = percent / 100
    try:
        wanted = complete_shares(shares, given)
    except EvenhandError as error:
        elements.problem(f"{in_words(error.problem)} Until then the shares stay as they were.")
        return {}, None
    st.caption(f"Result: {', '.join(f'{plain(group)} {share:.1%}' for group, share in wanted.items())}.")
    return wanted, None


def attribute(names: list[str]) -> str:
    """Return the attribute whose groups are meant, by choice where there are several."""
    if len(names) == 1:
        return names[0]
    return str(st.selectbox("Groups of", names, format_func=attribute_title, key="attribute", persist_state="session"))


def repair_level(folder: RunFolder, preset: float | None) -> float | None:
    """Show the amount of outcome repair, with its estimated effect, and return it."""
    if preset is None:
        st.caption("Outcome repair was off in this run, so outcomes follow the distribution of the real rows.")
        return None
    chosen = st.slider(
        "Outcome repair, amount (α)",
        0.0,
        1.0,
        preset,
        0.05,
        key="repair_level",
        persist_state="session",
        help="0 alters no outcome; 1 alters as many as fairness needs. The repair level of the fair label channel.",
    )
    if folder.artifacts.has_table("repair_level"):
        expected(
            run_results.table(folder, "repair_level"),
            chosen,
            attribute_name(folder.schema.read().sensitive),
            CLASSIFIERS[folder.manifest.read().get("config", {}).get("classifier", DEFAULT_CLASSIFIER)],
        )
    return float(chosen)


def expected(preview: pd.DataFrame, chosen: float, attribute: str, classifier: DownstreamClassifier) -> None:
    """Show the estimated effect of this repair level on synthetic rows of the run.

    Args:
        preview: The estimates of the run, one row for each repair level.
        chosen: The repair level.
        attribute: The sensitive attribute.
        classifier: The downstream classifier that the estimates come from.
    """
    row = preview.iloc[int((preview["repair_level"] - chosen).abs().argmin())]
    left, right = st.columns(2)
    left.metric("Outcomes altered", f"{row['labels_changed']:.1%}")
    right.metric(
        f"Estimated parity ratio, {plain(attribute_title(attribute))}", f"{row['demographic_parity_ratio']:.3f}"
    )
    st.caption(
        f"An estimate at amount {row['repair_level']:g}, by {plain(attribute_title(attribute))}; groups under the "
        "minimum size are left out. Parity ratio: the lowest over the highest share selected (demographic parity "
        f"ratio, DPR); 1 is parity. {classifier.title.capitalize()} learns from such synthetic rows and predicts the "
        f"real train rows. {classifier.out_of_source} The audit measures the ratio again on test rows, so its figures "
        "differ."
    )


def ask(folder: RunFolder) -> None:
    """Show the request and the button."""
    modality = modality_of(folder.schema.read())
    most = modality.max_count(run_results.examples(folder, "train").attachments) or MAX_ROWS
    left, right = st.columns(2)
    rows = left.number_input(
        modality.words.many.capitalize(),
        1,
        most,
        min(len(run_results.table(folder, "synthetic")), most),
        key="rows",
        persist_state="session",
    )
    seed = right.number_input("Seed", 0, 2**31 - 1, 1, key="generate-seed", persist_state="session")
    accepted = accepted_conditions(folder)
    target = outcome(folder) if "target" in accepted else None
    ways = {**MIXES, "table": modality.words.learned_mix}
    proportions, group = mix(group_choices(folder), ways) if "proportions" in accepted else ({}, None)
    alpha = repair_level(folder, run_results.repair_level(folder)) if "repair_level" in accepted else None
    if not accepted:
        title = method_info(run_results.config_of(folder).method).title
        st.caption(
            f"{plain(title)} makes rows as it learned them. It cannot change the shares of groups or the amount of "
            "outcome repair."
        )
    if st.button("Generate", type="primary"):
        with elements.show_errors():
            request = GenerateRequest(
                rows=int(rows),
                seed=int(seed),
                proportions=proportions,
                group=group,
                repair_level=alpha,
                target=target,
            )
            jobs.submit(request_generation(folder.path, request))
            st.rerun()


def outcome(folder: RunFolder) -> str | None:
    """Show the choice of one value of the target, or all."""
    name, one = folder.schema.read().target, modality_of(folder.schema.read()).words.one
    chosen = st.selectbox(
        plain(name.capitalize()), [EVERY, *target_choices(folder)], key="generate-target", persist_state="session"
    )
    st.caption(
        f"Each {one} keeps the {plain(name)} of the train {one} that it is made from. Its group is drawn independently "
        "of it."
    )
    return None if chosen == EVERY else str(chosen)


def made(run: RunFolder, folder: GenerationFolder) -> None:
    """Show one generation: its progress, then its rows or images."""
    if not watch(folder.path, {"generate": stages_of(run)["generate"]}):
        return
    count, sheets = folder.synthetic.row_count(), galleries.product(run, folder)
    st.caption(f"{counted(count, modality_of(run.schema.read()).words.one)}.")
    for sheet in sheets:
        elements.gallery(sheet)
    if not sheets:
        elements.preview(folder.synthetic.first(elements.PREVIEW_ROWS), count)
    elements.notes(folder.notes.read(), "Notes")
    files(folder)


def files(folder: GenerationFolder) -> None:
    """Show the downloads of its files, which are read on demand."""
    if folder.synthetic_zip.exists():
        galleries.download(folder)
        return
    st.caption(synthetic_csv.ABOUT)
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"{folder.run.name}-{folder.path.name}"
        synthetic_csv.buttons("Download", folder.synthetic_csv, name)
        parquet = f"{name}.parquet"
        downloads.button(
            "Download (Parquet)",
            folder.synthetic.read_bytes,
            parquet,
            "application/octet-stream",
            folder.path,
            key=parquet,
        )


def earlier(found: list[GenerationFolder]) -> None:
    """Show older generations."""
    with st.expander(f"Earlier ({len(found)})"):
        for folder in found:
            st.markdown(f"**{plain(folder.path.name)}** – {jobs.status(folder.path).state.status}")
            if folder.synthetic.exists():
                files(folder)


def take_along(folder: RunFolder) -> None:
    """Offer the generator as one file without train rows, and say what it holds; or why there is none."""
    st.header("Take the generator with you", anchor=False)
    try:
        exportable(folder.path)
    except EvenhandError as error:
        st.caption(in_words(error.problem))
        return
    st.markdown(
        "One file from which anybody can generate rows with Evenhand, without this run and its real rows: "
        "`evenhand generate FILE --rows 1000 --out rows.csv`. Preparing it also measures what its rows are like."
    )
    if st.button("Prepare the generator"):
        with elements.show_errors():
            st.session_state[EXPORTED] = (run_results.key(folder), long_work.carry_out(exported, folder.path))
    made_of, made = st.session_state.get(EXPORTED, (None, None))
    if made is not None and made_of == run_results.key(folder):
        name = f"{folder.path.name}-generator.zip"
        downloads.button("Download the generator", made.content, name, "application/zip", folder.path, key="generator")
        if made.figures:
            elements.table(exported_figures_table(made.figures, run_results.records(folder)))
    holds, lacks = disclosed(folder)
    with st.expander("What the file holds of the real rows"):
        st.markdown("\n".join(f"- {sentence}" for sentence in holds))
        st.markdown("What it does not hold, and what that does not guarantee:")
        st.markdown("\n".join(f"- {sentence}" for sentence in lacks))


elements.page_header("Generate", "Make as many synthetic rows or images as you need from a finished run.")
run = run_results.generator_run()
if run is not None:
    speak_of(run.schema.read())
    with elements.show_errors():
        ask(run)
    found = run.generations()[::-1]
    if found:
        with st.container(border=True), elements.show_errors():
            st.subheader(f"Newest {modality_of(run.schema.read()).words.many}", anchor=False)
            made(run, found[0])
    if found[1:]:
        with elements.show_errors():
            earlier(found[1:])
    with st.container(border=True), elements.show_errors():
        take_along(run)
    elements.page_link("compare", "Compare this run with the original", main=True)
