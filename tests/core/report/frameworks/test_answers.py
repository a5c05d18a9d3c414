import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.plain_text import plain_text
from core.errors import ConfigError
from core.report.frameworks.answers import MAX_CHARACTERS, Answers, from_json

readable = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs"), exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
)


@given(readable)
def test_readable_text_is_kept_as_it_is_but_for_the_blanks_around_it(text):
    kept = Answers().filled({"a": text}).texts.get("a", "")
    assert kept == text.strip()
    assert Answers.model_validate_json(Answers().filled({"a": text}).model_dump_json()).texts.get("a", "") == kept


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x07", "\u202e", "\u2066", "\ud800"])
def test_what_is_no_plain_text_is_refused_by_its_code(sign):
    with pytest.raises(ValueError, match=f"U\\+{ord(sign):04X}"):
        plain_text(f"a{sign}b")
    with pytest.raises(ConfigError, match="cannot be kept: a: "):
        Answers().filled({"a": f"a{sign}b"})


def test_a_text_that_is_too_long_is_refused_and_nothing_kept():
    with pytest.raises(ConfigError, match=f"{MAX_CHARACTERS}"):
        Answers(texts={"b": "x"}).filled({"a": "x" * (MAX_CHARACTERS + 1)})


def test_too_many_texts_are_refused():
    with pytest.raises(ConfigError, match="300"):
        Answers().filled({str(number): "x" for number in range(301)})


def test_an_empty_text_takes_the_readers_away():
    assert Answers(texts={"a": "x", "b": "y"}).filled({"a": "\n"}).texts == {"b": "y"}


@pytest.mark.parametrize("text", ["[]", "{", '{"a": 1}', '{"a": ["x"]}', '"a"'])
def test_a_file_that_is_no_object_of_texts_is_refused_in_a_sentence(text):
    with pytest.raises(ConfigError, match="cannot be used"):
        from_json(text)
