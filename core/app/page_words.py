"""Texts of the library for the page: in the words of the kind of data that the page is about, and escaped."""

from __future__ import annotations

import streamlit as st

from core.app.markdown import plain
from core.data.schema import Schema
from core.report.image_words import Words, words_of


def speak_of(schema: Schema | None) -> None:
    """Set what kind of data this page is about; ``None`` before that is known."""
    st.session_state["words"] = str if schema is None else words_of(schema)


def words() -> Words:
    """Return what turns a text of the library into one about this page's kind of data."""
    found: Words = st.session_state.get("words", str)
    return found


def say(text: str) -> str:
    """Return a text of the library in the words of this page, escaped for Markdown."""
    return plain(words()(text))
