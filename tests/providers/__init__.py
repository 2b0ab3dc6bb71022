"""Adapters of providers, each held to one contract."""
