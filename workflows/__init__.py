"""Deterministic orchestration: one story per file."""
