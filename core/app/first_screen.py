"""The first screen of an audit on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from core.app import elements
from core.app.page_words import say
from core.app.styles import Space
from core.findings.conclusions import Conclusions
from core.findings.overview import AttributeOverview
from core.report.first_screen import FirstScreen, first_screen

_NARROWEST: Final = 0.25
_TALL: Final = 8
"""Groups of a picture that leaves room for more than the sentences beside it."""


def show(name: str, conclusions: Conclusions, manifest: Mapping[str, Any]) -> None:
    """Show the first screen, and the findings in sentences, folded.

    Args:
        name: What was audited, e.g. the dataset's name.
        conclusions: What its records let one conclude.
        manifest: Facts about data and settings; empty without a run.
    """
    elements.unseen_header("At a glance")
    _screen(first_screen(name, conclusions, manifest))
    with st.expander("All findings, in sentences"):
        elements.summary(conclusions)


def _screen(found: FirstScreen) -> None:
    """Show what was audited, who gets the outcome before and after, what got worse, what it cost and what is open."""
    st.caption(" · ".join(f"**{say(name)}:** {say(text)}" for name, text in found.scope))
    if warnings := [*found.overview.aims, *found.overview.faults]:
        elements.problem(*warnings)
    if found.overview.worse:
        _block(found.worse_title, found.overview.worse)
    tall = max((len(_groups(one)) for one in found.overview.attributes), default=0) >= _TALL
    if found.figures:
        _stages(found, found.blocks if tall else ())
    if found.blocks and not tall:
        _beside(found.blocks)
    st.caption(say(found.footnote))


def _groups(attribute: AttributeOverview) -> set[str]:
    return {str(record.group) for stage in attribute.stages for record in stage.rates}


def _stages(found: FirstScreen, blocks: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Show one picture beside what is said of every attribute, with blocks below that; other pictures on a click."""
    attributes = found.overview.attributes
    pictures, words = st.columns([1, 1 if len(attributes) == 1 else 1.4])
    with pictures, st.container(key=Space.PICTURE.key("first screen")):
        places = st.tabs([f"By {say(one.title)}" for one in attributes]) if len(attributes) > 1 else [st.container()]
        for place, figure in zip(places, found.figures, strict=True):
            with place:
                elements.figure(figure)
    with words:
        for attribute in attributes:
            head = f"**By {say(attribute.title)}:** " if len(attributes) > 1 else ""
            for sentence in attribute.sentences:
                st.markdown(f"{head}{say(sentence)}")
                head = ""
        for title, sentences in blocks:
            _block(title, sentences)


def _beside(blocks: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Show blocks beside one another, each as wide as it has words, so that they are about equally high."""
    lengths = [sum(map(len, sentences)) for _, sentences in blocks]
    widths = [max(length, _NARROWEST * sum(lengths)) for length in lengths]
    for column, (title, sentences) in zip(st.columns(widths), blocks, strict=True):
        with column:
            _block(title, sentences)


def _block(title: str, sentences: Sequence[str]) -> None:
    with st.container(border=True):
        st.markdown(f"**{say(title)}**")
        st.markdown("\n".join(f"- {say(sentence)}" for sentence in sentences))
