"""Papers: from values to HTML, and from HTML to PDF in a process of its own."""
