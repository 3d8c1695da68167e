"""Answering: explanations and answers about the workspace, with citations that exist."""
