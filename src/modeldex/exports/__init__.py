"""The dataset in the forms that other tools read; one module for each kind of form."""
