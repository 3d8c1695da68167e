"""Resolve: which files, and what of them, an import means. One module a family of languages."""
