"""Testing: tests for a symbol, in the project's own framework and place."""
