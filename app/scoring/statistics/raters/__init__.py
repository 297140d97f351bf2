"""Signs that a rater's answers deserve a look.

A flag asks people to look at the whole cycle; it removes and rescores nothing. No flag or figure
of one rater is ever stored or shown: what leaves this package for a page is ``count_flags``.
"""
