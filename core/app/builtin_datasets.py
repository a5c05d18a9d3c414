"""The built-in data, and the settings of each."""

from __future__ import annotations

from typing import Any, Final, Literal

import streamlit as st

from core.app import elements, session
from core.app.markdown import plain
from core.data.dataset import Dataset
from core.data.encoding.image import MAX_SIZE, MIN_SIZE
from core.data.sources import celeba, color_digits, color_mnist
from core.data.sources.catalog import BUILT_IN
from core.data.sources.coloring import DEFAULT_BIAS, INDEPENDENT
from core.data.sources.image_files import DEFAULT_SIZE
from core.data.sources.load import COLORED, IMAGES, load
from core.data.sources.load_options import LoadOptions

SIZES: Final = {"color-digits": color_digits.SIZE, "color-mnist": color_mnist.SIZE, "celeba": DEFAULT_SIZE}
CELEBA: Final = "celeba"

_LoadOptions = tuple[tuple[str, Any], ...]


def choose() -> None:
    """Show the choice of data, its settings, and the button."""
    name = str(
        st.selectbox(
            "Built-in data",
            list(BUILT_IN),
            format_func=lambda one: f"{one} – {BUILT_IN[one].about}",
            key="built-in",
            persist_state="session",
        )
    )
    if BUILT_IN[name].credit:
        st.caption(plain(f"Source and licence: {BUILT_IN[name].credit}."))
    with elements.show_errors():
        options = hyperparameters(name)
        label = "Use these images" if name in IMAGES else "Use this table"
        kind: Literal["primary", "secondary"] = "primary" if session.dataset() is None else "secondary"
        if st.button(label, type=kind, disabled=options is None) and options is not None:
            read = _images if name in IMAGES else _table
            session.choose_dataset(read(name, tuple(options.items())))
        return
    still_the_earlier_one()


def still_the_earlier_one() -> None:
    """Say whose rows the page shows while the new choice cannot be loaded."""
    dataset = session.dataset()
    if dataset is not None:
        st.info(f"The table below is still the earlier one, {plain(dataset.name)}.")


def image_size(usual: int, key: str) -> int:
    """Show the setting for height and width of images."""
    size = st.number_input("Image size", MIN_SIZE, MAX_SIZE, usual, 8, key=key, persist_state="session")
    st.caption(
        f"Height and width in pixels, {MIN_SIZE} to {MAX_SIZE}. Twice the size shows more detail and takes about four "
        "times as long to learn."
    )
    return int(size)


def hyperparameters(name: str) -> dict[str, Any] | None:
    """Show the settings of these data and return them; ``None`` while a choice is missing.

    Raises:
        DataError: They are not at hand.
    """
    if name in COLORED:
        return _colored(name)
    if name == CELEBA:
        return _celeba()
    return {}


def _colored(name: str) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        bias = st.slider("Bias", INDEPENDENT, 1.0, DEFAULT_BIAS, 0.05, key="bias", persist_state="session")
        st.caption(
            f"{bias:.0%} of the train images of each digit have its own colour, the others one of the nine other "
            "colours. At 10% the colour reveals nothing of the digit, at 100% everything. Test images have any colour, "
            "so a model that goes by colour fails there."
        )
    with right:
        return {"bias": bias, "image_size": image_size(SIZES[name], f"size-{name}")}


def _celeba() -> dict[str, Any] | None:
    attributes = _attributes()
    left, middle, right = st.columns(3)
    target = left.selectbox(
        "Outcome to learn",
        attributes,
        attributes.index(celeba.TARGET) if celeba.TARGET in attributes else 0,
        key="celeba-target",
        persist_state="session",
    )
    sensitive = middle.multiselect(
        "Sensitive attributes",
        attributes,
        [name for name in (celeba.SENSITIVE,) if name in attributes],
        key="celeba-sensitive",
        persist_state="session",
    )
    with right:
        size = image_size(SIZES[CELEBA], "size-celeba")
    st.caption(
        "Choose these first: as many faces are read as fit in memory, an even share of each outcome and group. The "
        "faces are those of real people. CelebA may be used for non-commercial research only."
    )
    if not sensitive:
        st.info("Choose a sensitive attribute; it forms the groups that are compared.")
        return None
    return {"target": target, "sensitive": tuple(sensitive), "image_size": size}


@st.cache_resource(max_entries=1, show_spinner="Reading the list of faces …")
def _attributes() -> list[str]:
    schema = celeba.load_celeba(LoadOptions()).schema
    return [column.name for column in schema.columns if not column.is_identifying]


# Both are shared by all sessions, and nobody changes what they hold.


@st.cache_resource(max_entries=4, show_spinner="Reading the table …")
def _table(name: str, options: _LoadOptions) -> Dataset:
    return load(name, **dict(options))


@st.cache_resource(max_entries=2, show_spinner="Reading the images; thousands of them take minutes …")
def _images(name: str, options: _LoadOptions) -> Dataset:
    return load(name, **dict(options))
