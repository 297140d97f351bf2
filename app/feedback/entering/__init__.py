"""A code by mail for whoever opens a link in a browser in which it was not opened first."""
