"""When the invitations of a round leave, and what makes them leave sooner."""
