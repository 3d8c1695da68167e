"""Models: the seam, the providers behind it, and the wrappers around them."""
