"""Images of a run: real ones beside what was made of them, and the way to take the made ones along."""

from __future__ import annotations

import streamlit as st

from core.app import elements, run_results
from core.data.images import Images
from core.pipeline.image_galleries import run_galleries
from core.report.charts.image_galleries import Gallery
from core.report.charts.image_subgroups import subgroup_sheet
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder


def is_image_run(folder: RunFolder) -> bool:
    """Whether the run's rows are of images."""
    return folder.schema.read().image is not None


def show(folder: RunFolder) -> None:
    """Every sheet that the run has images for."""
    st.caption(
        "Images that were picked to be shown prove nothing of the others; the figures are over all of them. Real "
        "images are shown in the app alone, and in no report or download."
    )
    for one in _sheets(folder, run_results.key(folder)):
        elements.gallery(one)
    download(folder)


def download(folder: RunFolder | GenerationFolder) -> None:
    """The made images with their labels, read when somebody takes them."""
    if folder.synthetic_zip.exists():
        name = f"{folder.path.name}.zip"
        st.download_button(
            "Download images and labels (zip)",
            folder.synthetic_zip.path.read_bytes,
            name,
            "application/zip",
            key=f"zip {name}",
            on_click="ignore",
        )


def made(run: RunFolder, folder: GenerationFolder) -> None:
    """The first images of a later generation by outcome and group."""
    elements.gallery(_made(run, folder, run_results.key(folder)))


@st.cache_resource(max_entries=4, show_spinner="Laying out images …")
def _sheets(_folder: RunFolder, key: str) -> list[Gallery]:
    del key
    return run_galleries(_folder, real=True)


@st.cache_resource(max_entries=8, show_spinner="Laying out images …")
def _made(_run: RunFolder, _folder: GenerationFolder, key: str) -> Gallery:
    del key
    schema, frame = _run.schema.read(), _folder.synthetic.read()
    images = Images(list(frame[schema.image]), _folder.artifacts.images("synthetic"))
    return subgroup_sheet(schema, frame, images, "Synthetic images")
