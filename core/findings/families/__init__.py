"""The families of findings: each a module with a function `claims`, from evidence to claims."""
