"""The dataset as pages: a static site, and the same pages live with a SPARQL endpoint."""
