"""HR's word on relations that reviewers say are wrong."""
