"""Pictures: one module per topic, drawn from stored results plus theory curves, in one shared style."""
