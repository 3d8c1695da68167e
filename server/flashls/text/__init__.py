"""Text: lines, positions in an editor's units, edits. Pure."""
