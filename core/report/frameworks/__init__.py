"""Framework sections of the report: what laws and standards ask about data and models."""
