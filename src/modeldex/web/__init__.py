"""The dataset as pages, for the static site and for the server."""
