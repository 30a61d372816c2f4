"""The tangent kernel of a network of one's own, pruned or not, on data of one's own."""

from overparam.measures.pruned_ntk.tangent import tangent_gram

__all__ = ["tangent_gram"]
