"""Reviewing: findings in code or in changes, and the message for a commit."""
