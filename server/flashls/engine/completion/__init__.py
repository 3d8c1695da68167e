"""Completion: from a key press to ghost text, and what becomes of it."""
