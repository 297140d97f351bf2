"""Letters that wait until nobody needs them, or until their words are not true any more."""
