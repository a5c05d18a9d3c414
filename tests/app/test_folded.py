from streamlit.testing.v1 import AppTest

from tests.app.seen import open_data, open_section, words


def one_part():
    import streamlit as st

    from core.app.folded import folded

    def show():
        st.session_state["shown"] = True
        st.markdown("What is in it")

    folded("A *part*", "part", show)


def pictures_of_one_title():
    import altair as alt
    import pandas as pd

    from core.app import elements
    from core.report.charts.theme import Figure
    from core.report.tables.base import Cell, Table

    def picture(value):
        frame = pd.DataFrame({"value": [value]})
        table = Table("Rates", "", ("value",), ((Cell(value),),))
        return Figure("Rates", "How to read it.", alt.Chart(frame).mark_point().to_dict(), table)

    elements.figures([picture("few"), picture("many")])


def test_a_closed_part_sends_nothing_until_it_is_opened():
    page = AppTest.from_function(one_part, default_timeout=60).run()
    assert "shown" not in page.session_state
    assert "What is in it" in words(open_section(page, "part"))


def test_two_pictures_of_one_title_have_a_table_each():
    page = AppTest.from_function(pictures_of_one_title, default_timeout=60).run()
    assert not page.exception
    assert not page.dataframe
    open_data(page)
    assert [one.value.iloc[0, 0] for one in page.dataframe] == ["few", "many"]
