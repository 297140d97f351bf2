"""Faults on purpose, counted by checkers that do not trust what they check."""
