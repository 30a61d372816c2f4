"""What a GPU has to show, in parts that end within minutes and are not repeated: `python -m benchmarks.gpu`."""
