"""A synthetic file from elsewhere, measured beside the run's own rows."""

from __future__ import annotations

import hashlib

import streamlit as st

from core.app import elements, image_results, run_results, session
from core.app.fairness_results import audited
from core.app.markdown import told_of
from core.audit.records import Record
from core.audit.run import AuditInput, audit
from core.config import run_config
from core.data.io.table_files import SUFFIXES
from core.data.sources.image_archive import SUFFIX as ZIP
from core.data.sources.upload import on_disk
from core.events import Event
from core.pipeline.external_file import read_synthetic
from core.pipeline.image_galleries import kept_images
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Upload, audit with progress, and the same tables as for the run's own rows."""
    if image_results.is_image_run(folder):
        st.write("Any zip of synthetic images, with a CSV of their labels in it that has the columns of this run's.")
        file = st.file_uploader("Synthetic images: a zip with their labels", type=[ZIP[1:]], key="foreign")
    else:
        st.write("Any synthetic file with the columns of this run's table, from any generator, is compared with it.")
        file = st.file_uploader(
            "Synthetic file: CSV, Parquet or Excel", type=[suffix[1:] for suffix in SUFFIXES], key="foreign"
        )
    if file is None:
        return
    content = file.getvalue()
    key = f"{run_results.key(folder)} {file.name} {hashlib.sha256(content).hexdigest()}"
    records, notes = session.kept(("foreign", key), lambda: _audited(folder, content, file.name))
    elements.notes(notes)
    audited(records, key)


def _audited(folder: RunFolder, content: bytes, name: str) -> tuple[list[Record], list[str]]:
    schema, train, holdout = (
        folder.schema.read(),
        run_results.table(folder, "train"),
        run_results.table(folder, "holdout"),
    )
    own = {name: frame for name, frame in run_results.sources(folder).items() if name == "synthetic"}
    source, pixels = f"file {name}", kept_images(folder, {"train": train, "holdout": holdout, **own})
    with st.spinner("Reading the file …"), on_disk(content, name) as path:
        found = read_synthetic(path, schema, train, holdout, pixels.get("train"))
    pixels |= {} if found.images is None else {source: found.images}
    bar = st.progress(0.0, "Starting …")

    def told(event: Event) -> None:
        bar.progress(event.step / event.total, told_of(event))

    inputs = AuditInput(
        schema,
        train,
        holdout,
        {**own, source: found.frame},
        holdout_independent=False,
        images=pixels,
        confidence=run_config(**folder.config.read()).confidence,
    )
    records = audit(inputs, told)
    bar.empty()
    return records, list(found.notes)
