"""Figures that inform about ratings and never change one: agreement, reliability, data quality.

They are exact as long as nothing needs a root; a root is taken to thirty digits. A figure that
its data leave undefined is None, never 0.
"""
