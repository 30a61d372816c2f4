"""The paper: LaTeX whose every number, table and figure is generated from the stored results."""
