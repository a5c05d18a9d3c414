"""The first screen of an audit on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.app import elements
from core.app.page_words import say
from core.findings.conclusions import Conclusions
from core.report.first_screen import FirstScreen, first_screen


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
    for sentence in (*found.overview.aims, *found.overview.faults):
        elements.problem(sentence)
    if found.overview.worse:
        _block(found.worse_title, found.overview.worse)
    for attribute, figure in zip(found.overview.attributes, found.figures, strict=True):
        picture, words = st.columns([1, 1])
        with picture:
            elements.figure(figure)
        with words:
            for sentence in attribute.sentences:
                st.markdown(say(sentence))
    if found.below:
        for column, (title, sentences) in zip(st.columns(len(found.below)), found.below, strict=True):
            with column:
                _block(title, sentences)
    if found.overview.next:
        _block(*found.to_do)
    st.caption(say(found.footnote))


def _block(title: str, sentences: Sequence[str]) -> None:
    with st.container(border=True):
        st.markdown(f"**{say(title)}**")
        st.markdown("\n".join(f"- {say(sentence)}" for sentence in sentences))
