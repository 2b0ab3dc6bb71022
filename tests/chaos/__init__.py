"""Chaos: orders under load while everything breaks that can, judged at the end by a checker that knows no product code."""
