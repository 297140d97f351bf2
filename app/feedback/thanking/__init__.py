"""A letter of thanks to whoever has sent all their forms, once."""
