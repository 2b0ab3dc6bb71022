"""Side effects: methods of objects that are handed their clients. Small, idempotent, retried by Temporal only."""
