"""Records as charts."""
