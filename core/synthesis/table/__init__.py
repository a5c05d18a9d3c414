"""Rows of tables: encoding, networks, outcomes, and what of them a run keeps."""
