"""The model of a table: fitting, sampling and saving."""
