"""End to end: real processes, real HTTP; only the public contracts are driven."""
