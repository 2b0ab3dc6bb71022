"""The configuration files."""
