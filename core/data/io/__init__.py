"""Readers and writers of tables and images."""
