"""The dataset over HTTP: the pages live, linked data, stored queries, a SPARQL endpoint."""
