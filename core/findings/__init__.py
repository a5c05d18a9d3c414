"""What is concluded from records: verdicts, requirements, the summary. Pure functions; tables and wording of figures are above."""
