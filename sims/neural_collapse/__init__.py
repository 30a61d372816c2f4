"""Neural collapse, done: features and classifiers optimised from random starts, and networks really trained."""
