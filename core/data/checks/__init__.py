"""Checks of a table: what a person should decide on before its figures are believed, and the edits that follow."""
