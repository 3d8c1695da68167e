"""The workspace: which files, which symbols, where."""
