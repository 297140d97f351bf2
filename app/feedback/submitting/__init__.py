"""Submitting forms: one by itself, or several of one reviewer at once."""
