"""The tasks: complete, explain. Each is one straight line from a cursor to an answer."""
