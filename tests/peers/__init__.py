"""What other approval products lack, and the faults that they have: a test for each, named after it."""
