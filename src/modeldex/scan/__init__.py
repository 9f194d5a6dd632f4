"""Finds model IDs in text and in trees of files, and tells what became of them."""
