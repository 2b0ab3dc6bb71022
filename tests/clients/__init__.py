"""The HTTP clients, against small peers and against the sandbox."""
