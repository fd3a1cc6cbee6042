"""The command line: one module with its `commands` a feature."""
