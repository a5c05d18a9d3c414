"""Conclusions from records: verdicts, requirements and the summary. All are pure functions of records."""
