"""What the mathematics predicts: pure functions of parameters, NumPy and SciPy, float64. One module per topic."""
