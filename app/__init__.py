"""Roundview (环视): 360-degree feedback and performance reviews.

Nothing is imported here, so that app.scoring loads neither Flask nor SQLAlchemy.
"""
