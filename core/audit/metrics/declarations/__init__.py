"""Every metric, declared once; a family a file. `core.audit.metrics.catalog` puts them together."""
