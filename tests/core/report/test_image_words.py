import pytest

from core.report.charts.theme import Figure
from core.report.image_words import figure_in, in_image_words, table_in
from core.report.tables.base import Cell, Table


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Measured on 600 rows, 1 row a person.", "Measured on 600 images, 1 image a person."),
        ("A row, and a row.", "An image, and an image."),
        ("too few rows", "too few images"),
        ("of the test rows 98", "of the test images 98"),
        ("Rows of the group's rows", "Images of the group's images"),
        ("the table 'digits', a real table", "the images 'digits', real images"),
    ],
)
def test_rows_are_images(text, said):
    assert in_image_words(text) == said


@pytest.mark.parametrize(
    "text", ["“rows”", "by “a row”", "row 3, column 4", "config.rows", "overlay-rows-pca.parquet", "'rows'"]
)
def test_names_and_places_stay(text):
    assert in_image_words(text) == text


def test_every_text_of_a_table_and_a_chart_is_said_anew_and_no_field_of_the_chart():
    table = Table("Rows", "Each row.", ("rows",), ((Cell("all rows", status="too few rows", note="5 rows"),),))
    spec = {
        "encoding": {"x": {"field": "rows", "title": "share of rows"}},
        "data": {"values": [{"rows": 1, "stage": "the synthetic rows"}]},
    }
    found = figure_in(in_image_words, Figure("Rows", "Each row.", spec, table))
    assert found.table == table_in(in_image_words, table)
    assert found.table.rows[0][0] == Cell("all images", status="too few images", note="5 images")
    assert (found.title, found.caption) == ("Images", "Each image.")
    assert found.spec["encoding"]["x"] == {"field": "rows", "title": "share of images"}
    assert found.spec["data"]["values"] == [{"rows": 1, "stage": "the synthetic images"}]
