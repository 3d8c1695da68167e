"""What the model gets to see around a cursor, within a budget."""
