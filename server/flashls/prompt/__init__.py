"""From a context to a prompt: compose, then seal. Pure."""
