"""How each group of published cases is put to the engine."""
