"""Lines of groups differ by colour and by dash, and the legend shows both."""

import altair as alt
import vl_convert

from core.report.charts.group_lines import group_colour, group_dash


def test_the_legend_shows_a_piece_of_each_line_with_its_dash():
    names = ("female", "male")
    rows = [{"x": x, "y": x * k, "group": name} for k, name in enumerate(names, 1) for x in (0, 1)]
    chart = alt.Chart(alt.InlineData(rows)).mark_line()
    spec = chart.encode(x="x:Q", y="y:Q", color=group_colour(names), strokeDash=group_dash(names)).to_dict()
    (legend,) = vl_convert.vegalite_to_vega(spec)["legends"]  # one legend for colour and dash
    assert legend["symbolType"] == "stroke"
    assert {"stroke", "strokeDash"} <= set(legend)
