"""One module a command: it declares its arguments, calls one function, and prints."""
