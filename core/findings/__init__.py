"""What is concluded from records: verdicts, requirements, the summary. Pure functions of records."""
