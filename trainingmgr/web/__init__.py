"""The screens: one package with one blueprint a feature."""
