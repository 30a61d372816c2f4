"""Image reconstruction on images of one's own: what more training images would gain, and one image's own shrinkage."""

from overparam.measures.image_reconstruction.curve import denoiser_curve
from overparam.measures.image_reconstruction.shrinkage import ttt_shrinkage

__all__ = ["denoiser_curve", "ttt_shrinkage"]
