"""Generating: code from words."""
