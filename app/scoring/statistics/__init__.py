"""Figures that inform about ratings and never change one: agreement, reliability, data quality.

Well-kept libraries for these exist (SciPy, statsmodels, pingouin, krippendorff), but each computes
in binary floats, so none computes exactly this quantity and the engine refuses floats. The
functions are therefore our own, over exact fractions; what those libraries, and R's psych,
multilevel and lme4, print for published data is the test against them (the reference cases).

Figures are exact as long as nothing needs a root; a root is taken to thirty digits. A figure that
its data leave undefined is None, never 0.

Cut-offs are conventions of the literature: each is a named value that a caller may replace and a
page that uses it must show. Nothing here says what may be shown to whom: that is
``app.scoring.disclosure``. Flags about raters are for whole-cycle quality: no figure of one rater
is ever stored or shown.
"""
