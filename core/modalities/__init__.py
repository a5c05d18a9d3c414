"""The kinds of data, one package each. The schema determines the kind; see `core.modalities.base`."""
