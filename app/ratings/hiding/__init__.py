"""HR looks comments through before the release, and hides passages of them."""
