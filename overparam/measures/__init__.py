"""What users apply to their own arrays: a module or package a topic, and the pieces that these share.

`input` and `labels` check and convert what is given, `rank` counts what stands above rounding, `result` is what a
measure returns, and `registry` knows which measure needs what. Samples are rows throughout.
"""
