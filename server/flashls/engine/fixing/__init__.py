"""Fixing: edits for diagnostics, verified before they are applied."""
