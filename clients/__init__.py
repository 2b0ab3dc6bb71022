"""HTTP clients of outside systems: one attempt each, with a deadline, and typed errors. Nobody retries here."""
