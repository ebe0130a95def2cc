"""The tables, one file a family; what each is for stands in its docstring."""
