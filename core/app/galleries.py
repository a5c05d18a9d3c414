"""Sheets of examples of a run, real beside synthetic, and the download of the synthetic ones."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.app import downloads, elements, real_rows, run_results
from core.app.sections import Content, keep_place, section, stacked
from core.modalities.base import PRODUCT
from core.modalities.catalog import modality_of
from core.report.charts.gallery import Gallery
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show every sheet of examples that the run has."""
    st.caption(
        "The images shown prove nothing about the others; the figures are over all of them. Real images are shown in "
        "the app only, in no report and no download."
    )
    if real_rows.may_be_shown():
        keep_place("Laying out images …", lambda: _galleries(folder, run_results.key(folder)), _show, "sheets")
    download(folder)


def _show(found: list[Gallery]) -> None:
    """Show the first gallery, and each of the others on a click."""
    elements.figures(found[:1], across=1)
    with stacked():
        for one in found[1:]:
            section(one.title, f"gallery {one.title}", partial(Content, [one]), across=1)


def download(folder: RunFolder | GenerationFolder) -> None:
    """Show the download of the synthetic images with their labels; the file is read on demand."""
    if folder.synthetic_zip.exists():
        name = f"{folder.path.name}.zip"
        downloads.button(
            "Download images and labels (zip)",
            folder.synthetic_zip.path.read_bytes,
            name,
            "application/zip",
            folder.path,
            key=f"zip {name}",
        )


def product(run: RunFolder, folder: GenerationFolder) -> list[Gallery]:
    """Return sheets of the examples of a later generation; none if a preview of its rows shows as much."""
    return _product(run, folder, run_results.key(folder))


@st.cache_resource(max_entries=4, show_spinner=False)
def _galleries(_folder: RunFolder, key: str) -> list[Gallery]:
    del key
    return modality_of(_folder.schema.read()).galleries(_folder, real=True)


@st.cache_resource(max_entries=8, show_spinner="Laying out images …")
def _product(_run: RunFolder, _folder: GenerationFolder, key: str) -> list[Gallery]:
    del key
    schema = _run.schema.read()
    modality = modality_of(schema)
    if modality.attachment_column(schema) is None:  # then rows, of which there may be millions, stay on disk
        return []
    return modality.product_galleries(schema, modality.load(_folder, schema, PRODUCT))


def forget() -> None:
    """Drop the sheets that are cached of all runs; they are laid out again when a page shows them."""
    for cache in (_galleries, _product):
        cache.clear()
