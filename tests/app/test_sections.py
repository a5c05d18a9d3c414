from streamlit.testing.v1 import AppTest

from tests.app.seen import open_section, words


def several_attributes():
    from core.app import sections
    from core.report.tables.base import Cell, Table

    def told(name):
        table = Table(f"Rates by {name}", "How to read it.", ("group",), ((Cell("a"),),))
        empty = Table(f"Nothing of {name}", "", ("group",), ())
        return sections.Content(tables=[table, empty], lead=f"About {name}.")

    sections.by_attribute("Rates", "rates", ["sex", "race"], told)
    sections.by_attribute("Of nobody", "nobody", [], told)
    sections.section("Tables", "tables", lambda: sections.Content(tables=[*told("a").tables, *told("b").tables]))


def failing():
    from core.app import sections
    from core.errors import DataError

    def broken():
        raise DataError("Column 'a' has one value; ignore it.")

    sections.section("Broken", "broken", broken)


def test_a_closed_section_computes_nothing_and_an_open_one_shows_one_attribute():
    page = AppTest.from_function(several_attributes, default_timeout=60).run()
    assert "About" not in words(page)
    assert "open nobody" not in page.session_state
    open_section(page, "rates")
    assert "About sex." in words(page)
    page.selectbox(key="groups rates").set_value("race").run()
    assert "About race." in words(page)
    assert "About sex." not in words(page)
    assert "Rates by race" in words(page)


def test_of_several_tables_one_is_shown_and_empty_ones_are_not_offered():
    page = open_section(AppTest.from_function(several_attributes, default_timeout=60).run(), "tables")
    chosen = page.selectbox(key="table tables")
    assert chosen.options == ["Rates by a", "Rates by b"]
    assert len(page.dataframe) == 1


def test_what_fails_in_a_section_is_said_in_it():
    page = open_section(AppTest.from_function(failing, default_timeout=60).run(), "broken")
    assert "Column 'a' has one value; ignore it." in words(page)
