"""Which words does the whole product share? Plain frozen values; no input, no output."""
