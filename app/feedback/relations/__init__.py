"""A reviewer says that they were asked as the wrong group; HR settles it before the close."""
