"""Charts as small SVG texts, alike on screen and on paper. Pure: text and numbers in, text out."""
