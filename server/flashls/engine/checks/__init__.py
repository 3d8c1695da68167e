"""Checks: what compilers, linters and type checkers say of a text that is in no file yet."""
