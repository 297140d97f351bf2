"""More time for one reviewer: asked for behind the expired link, given or refused by HR."""
