"""The ascent: its gradients are the derivatives, and it finds known maxima."""

import numpy as np
import pytest

from sims import catastrophic_forgetting as cf
from sims.catastrophic_forgetting import adversary


def point(T=3, d=4, s=2, starts=2, seed=0):
    rng = np.random.default_rng(seed)
    frames = np.linalg.qr(rng.standard_normal((starts, T, d, s)))[0]
    teacher = rng.standard_normal((starts, d, 1))
    return adversary.Point(frames, teacher / np.linalg.norm(teacher, axis=1, keepdims=True))


OBJECTIVES = [
    lambda p: adversary.cyclic_forgetting(p, 2),
    lambda p: adversary.random_order_loss(p, 3, False),
    lambda p: adversary.random_order_loss(p, 3, True),
]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradients_are_the_derivatives_along_the_manifold(objective):
    start = point()
    slope = objective(start)
    rng = np.random.default_rng(1)
    frames = rng.standard_normal(start.frames.shape)
    frames -= start.frames @ (start.frames.mT @ frames)
    teacher = rng.standard_normal(start.teacher.shape)
    teacher -= start.teacher @ (start.teacher.mT @ teacher)
    h = 1e-5

    def moved(t):
        turned = np.linalg.qr(start.frames + t * frames)[0]
        longer = start.teacher + t * teacher
        return objective(adversary.Point(turned, longer / np.linalg.norm(longer, axis=1, keepdims=True))).value

    numeric = (moved(h) - moved(-h)) / (2 * h)
    analytic = np.sum(slope.frames * frames, axis=(1, 2, 3)) + np.sum(slope.teacher * teacher, axis=(1, 2))
    np.testing.assert_allclose(analytic, numeric, rtol=1e-7)


def test_objectives_equal_direct_projections():
    start = point()
    F = adversary.cyclic_forgetting(start, 2).value
    loss = adversary.random_order_loss(start, 1, False).value
    for i in range(2):
        P = start.frames[i] @ start.frames[i].mT
        w = start.teacher[i, :, 0]
        e = w
        for m in (0, 1, 2, 0, 1, 2):
            e = P[m] @ e
        assert F[i] == pytest.approx(np.mean([np.sum((e - Pm @ e) ** 2) for Pm in P]))
        expected = np.mean([[np.sum((Pa @ w - Pb @ Pa @ w) ** 2) for Pa in P] for Pb in P])
        assert loss[i] == pytest.approx(expected)


def test_retraction_is_orthonormal():
    start = point(starts=5)
    step = np.random.default_rng(3).standard_normal(start.frames.shape)
    step -= start.frames @ (start.frames.mT @ step)
    step *= 0.5 / np.sqrt(np.sum(step * step, axis=(1, 2, 3), keepdims=True))
    N = adversary._orthonormal(start.frames + step)
    np.testing.assert_allclose(N.mT @ N, np.broadcast_to(np.eye(2), (5, 3, 2, 2)), atol=1e-14)


def test_ascent_finds_known_maxima():
    rng = np.random.Generator(np.random.SFC64(0))
    found = cf.worst_cyclic_forgetting(2, 4, 4, 2, 6, 200, trials=2, rng=rng)  # x^3 (1 - x)/2 at 3/4
    np.testing.assert_allclose(found, 27 / 512, rtol=1e-3)
    assert found.max() <= 27 / 512 * (1 + 1e-12)
    found = cf.worst_random_order_loss(2, 6, 3, 1, True, 6, 200, trials=2, rng=rng)  # (1 - 1/k)^(k-1)/k
    np.testing.assert_allclose(found, (5 / 6) ** 5 / 6, rtol=1e-3)
    root = cf.projection_products(3, 2, 200, trials=20, rng=rng).root
    np.testing.assert_allclose(root, np.cos(np.pi / 4), rtol=1e-3)
    assert root.max() <= np.cos(np.pi / 4) + 1e-12
