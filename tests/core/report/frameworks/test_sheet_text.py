"""The words of the framework sections, as the files hold them."""

from importlib import resources

import pytest

from core.report.frameworks.answers import Answers
from core.report.frameworks.sheet import Content, fill
from core.report.frameworks.sheet_text import Wording, sheet_text
from tests.core.report.frameworks.test_sheets import facts

NAMES = [
    file.name.removesuffix(".toml")
    for file in resources.files("core.report.frameworks").joinpath("texts").iterdir()
    if file.name.endswith(".toml")
]
LAWS = ["local_law_144", "four_fifths", "eu_ai_act", "article_4a", "less_discriminatory"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_parts_and_fields_are_unique(name):
    text = sheet_text(name)
    for names in ([part.key for part in text.parts], [one.name for part in text.parts for one in part.fields]):
        assert names
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", LAWS)
def test_a_law_says_when_it_was_checked_where_and_how_it_stands(name):
    wording = sheet_text(name).wording
    assert wording.as_of is not None
    assert wording.status.strip()
    assert wording.sources
    assert "Checked on 29 November 2026" in wording.said or wording.as_of.year > 2026


def test_a_paper_needs_no_status():
    assert Wording(text="A paper, 2021.").said == "A paper, 2021."


@pytest.mark.parametrize("content", [Content({"nmae": "x"}), Content(leads={"nobody": "x"}), Content(left_out=["x"])])
def test_content_for_a_field_or_part_that_the_section_lacks_is_refused(content):
    with pytest.raises(KeyError, match="sign_off has no"):
        fill("sign_off", facts(), content)


def test_an_answer_under_a_former_address_is_kept_until_it_is_written_anew():
    old = {"eu_ai_act.transfer": "Nobody."}
    assert _transfer(old).text == "Nobody."
    assert _transfer({**old, "article_4a.transfer": "Our processor."}).text == "Our processor."


def _transfer(texts):
    sheet = fill("article_4a", facts(answers=Answers(texts=texts)), Content())
    return next(one for one in sheet.fields if one.key == "article_4a.transfer")
