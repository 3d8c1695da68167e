"""Syntax: the language table, trees that follow edits, and what queries over them tell."""
