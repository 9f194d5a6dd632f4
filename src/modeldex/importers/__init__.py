"""Catalogues of other people, as claims: one module for each, and what they share."""
