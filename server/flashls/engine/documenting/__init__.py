"""Documenting: doc comments in a language's own convention, with the code untouched."""
