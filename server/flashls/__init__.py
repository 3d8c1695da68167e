"""flashls: a language server that puts a fast language model behind every editor."""

__version__ = "0.1.0"
