"""Kinds of data: one package each, chosen by the schema; see `core.modalities.base`."""
