"""The auditor's part of the report: what was audited, how, what was found, and how to check it."""
