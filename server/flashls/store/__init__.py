"""What is kept on disk. Nothing here ever raises into a request."""
