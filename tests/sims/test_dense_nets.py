"""Dense nets: gradients by finite differences, the array namespace, batches, and a reference implementation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sims import dense_nets
from sims.arrays import asarray, namespace, strict_rng, to_host


def _problem(rng, trials=3, n=7, widths=(4, 6, 5, 3), activation="relu", biases=True):
    net = dense_nets.initialise(rng, trials, widths, activation=activation, biases=biases)
    for b in net.biases:
        b += 0.1 * rng.standard_normal(size=b.shape)
    x = rng.standard_normal(size=(n, widths[0]))
    labels = asarray(rng, np.arange(n) % widths[-1])
    return net, x, dense_nets.one_hot(labels, widths[-1])


def _penalised(net, x, y, loss, decay):
    value, _ = dense_nets.loss_and_slope(dense_nets.forward(net, x)[-1], y, loss)
    return value + 0.5 * decay * sum((p * p).sum(axis=(-2, -1)) for p in net.parameters)


@pytest.mark.parametrize(
    ("loss", "activation", "biases"),
    list(itertools.product(dense_nets.LOSSES, dense_nets.ACTIVATIONS, (True, False))),
)
def test_gradient_is_the_slope_of_the_penalised_loss(loss, activation, biases):
    rng, decay, h = np.random.default_rng(5), 0.03, 1e-6
    net, x, y = _problem(rng, activation=activation, biases=biases)
    _, grad = dense_nets.gradient(net, x, y, loss, decay)
    assert len(grad.parameters) == (6 if biases else 3)
    for p, g in zip(net.parameters, grad.parameters, strict=True):
        direction = rng.standard_normal(size=p.shape)
        p += h * direction
        above = _penalised(net, x, y, loss, decay)
        p -= 2 * h * direction
        below = _penalised(net, x, y, loss, decay)
        p += h * direction
        np.testing.assert_allclose((g * direction).sum(axis=(-2, -1)), (above - below) / (2 * h), rtol=1e-6, atol=1e-9)


def test_losses_are_means_over_samples():
    outputs, targets = np.array([[[2.0, 0.0], [0.0, 1.0]]]), np.eye(2)
    assert dense_nets.loss_and_slope(outputs, targets, "mse")[0] == pytest.approx(1 / 4)
    expected = (np.log(1 + np.exp(-2.0)) + np.log(1 + np.exp(-1.0))) / 2
    assert dense_nets.loss_and_slope(outputs, targets, "cross_entropy")[0] == pytest.approx(expected)
    assert np.isfinite(dense_nets.loss_and_slope(1e4 * outputs, targets, "cross_entropy")[0]).all()


def test_weight_decay_of_each_trial_its_own():
    net, x, y = _problem(np.random.default_rng(1), trials=2)
    _, both = dense_nets.gradient(net, x, y, "mse", np.array([0.0, 0.5]).reshape(2, 1, 1))
    _, none = dense_nets.gradient(net, x, y, "mse", 0.0)
    _, half = dense_nets.gradient(net, x, y, "mse", 0.5)
    for b, n, h in zip(both.parameters, none.parameters, half.parameters, strict=True):
        np.testing.assert_array_equal(b[0], n[0])
        np.testing.assert_array_equal(b[1], h[1])


def test_decay_of_the_weights_alone():
    net, x, y = _problem(np.random.default_rng(1))
    _, none = dense_nets.gradient(net, x, y)
    _, some = dense_nets.gradient(net, x, y, "mse", 0.5, decay_biases=False)
    for g, h, p in zip(some.weights, none.weights, net.weights, strict=True):
        np.testing.assert_array_equal(g, h + 0.5 * p)
    for g, h in zip(some.biases, none.biases, strict=True):
        np.testing.assert_array_equal(g, h)


@pytest.mark.parametrize("optimiser", [dense_nets.GradientDescent, dense_nets.Adam])
def test_masked_weights_stay_zero_and_frozen_layers_still(optimiser):
    rng = np.random.default_rng(6)
    net, x, y = _problem(rng)
    masks = [(rng.random((3, *w.shape[1:])) < 0.5) * 1.0 for w in net.weights]
    start = dense_nets.copy(net)
    list(
        dense_nets.train(
            net, x, y, steps=9, lr=0.05, optimiser=optimiser(net), weight_decay=0.01, masks=masks, frozen=[1]
        )
    )
    for l, (w, mask, before) in enumerate(zip(net.weights, masks, start.weights, strict=True)):
        assert (w[mask == 0] == 0).all()
        kept = w[mask == 1] == before[mask == 1]
        assert kept.all() if l == 1 else not kept.any()
    np.testing.assert_array_equal(net.biases[1], start.biases[1])
    assert (net.biases[0] != start.biases[0]).any()


def test_a_masked_net_descends_like_the_net_without_those_weights():
    rng = np.random.default_rng(7)
    net, x, y = _problem(rng, widths=(4, 6, 3))
    narrow = dense_nets.Net(
        (net.weights[0][:, :, :4] + 0.0, net.weights[1][:, :4] + 0.0),
        (net.biases[0][:, :, :4] + 0.0, net.biases[1] + 0.0),
    )
    out = np.ones((6, 3))
    out[4:] = 0.0
    list(dense_nets.train(net, x, y, steps=20, lr=0.1, weight_decay=0.02, masks=[np.ones((4, 6)), out]))
    list(dense_nets.train(narrow, x, y, steps=20, lr=0.1, weight_decay=0.02))
    np.testing.assert_allclose(net.weights[0][:, :, :4], narrow.weights[0], rtol=1e-12)
    np.testing.assert_allclose(net.weights[1][:, :4], narrow.weights[1], rtol=1e-12)


def test_layer_norms_are_those_of_the_weights():
    net, _, _ = _problem(np.random.default_rng(8))
    for l, w in enumerate(net.weights):
        np.testing.assert_allclose(dense_nets.layer_norms(net)[:, l], np.linalg.norm(w, axis=(1, 2)))


def _trained(rng, optimiser=dense_nets.GradientDescent, loss="mse", batch=None, dtype="float64"):
    net, x, y = _problem(rng)
    if dtype == "float32":
        net = dense_nets.initialise(rng, 3, (4, 6, 5, 3), dtype=dtype)
        xp = namespace(x)
        x, y = xp.astype(x, xp.float32), xp.astype(y, xp.float32)
    steps = dense_nets.train(
        net, x, y, loss=loss, steps=12, lr=0.05, optimiser=optimiser(net), schedule="cosine", weight_decay=0.01,
        batch=batch, rng=rng,
    )  # fmt: skip
    values = [value for _, value in steps]
    return [*values, *net.parameters, dense_nets.accuracy(dense_nets.forward(net, x)[-1], y)]


@pytest.mark.parametrize("optimiser", [dense_nets.GradientDescent, dense_nets.Adam])
@pytest.mark.parametrize("loss", dense_nets.LOSSES)
@pytest.mark.parametrize("batch", [None, 2])
def test_strict_arrays_give_the_same_training(optimiser, loss, batch):
    host = _trained(np.random.Generator(np.random.SFC64(3)), optimiser, loss, batch)
    strict = _trained(strict_rng(3), optimiser, loss, batch)
    for a, b in zip(host, strict, strict=True):
        np.testing.assert_array_equal(a, to_host(b))


def test_single_precision_stays_single_and_close():
    single = _trained(np.random.Generator(np.random.SFC64(3)), dense_nets.Adam, dtype="float32")
    strict = _trained(strict_rng(3), dense_nets.Adam, dtype="float32")
    assert all(a.dtype == np.float32 for a in single)
    for a, b in zip(single, strict, strict=True):
        np.testing.assert_array_equal(a, to_host(b))


def test_trials_do_not_touch_each_other():
    net, x, y = _problem(np.random.default_rng(2))
    alone = dense_nets.Net(tuple(w[1:2].copy() for w in net.weights), tuple(b[1:2].copy() for b in net.biases))
    for stack in (net, alone):
        list(dense_nets.train(stack, x, y, steps=20, lr=0.1, optimiser=dense_nets.Adam(stack)))
    for p, q in zip(net.parameters, alone.parameters, strict=True):
        np.testing.assert_allclose(p[1], q[0], rtol=1e-12, atol=1e-14)


def test_copy_is_not_trained_along():
    net, x, y = _problem(np.random.default_rng(2))
    twin = dense_nets.copy(net)
    before = [p.copy() for p in net.parameters]
    list(dense_nets.train(twin, x, y, steps=1, lr=0.1))
    assert all((p == q).all() for p, q in zip(net.parameters, before, strict=True))
    assert not (twin.weights[0] == net.weights[0]).all()


def test_an_epoch_sees_every_sample_once():
    stream = dense_nets.batches(np.random.default_rng(0), 4, 12, 3)
    first = np.concatenate([next(stream) for _ in range(4)], axis=1)
    second = np.concatenate([next(stream) for _ in range(4)], axis=1)
    assert (np.sort(first, axis=1) == np.arange(12)).all()
    assert (np.sort(second, axis=1) == np.arange(12)).all()
    assert (first != second).any()


def test_gather_of_shared_and_own_data():
    rng = np.random.default_rng(0)
    shared, own, index = rng.random((6, 2)), rng.random((3, 6, 2)), rng.integers(0, 6, (3, 4))
    np.testing.assert_array_equal(dense_nets.gather(shared, index), shared[index])
    np.testing.assert_array_equal(dense_nets.gather(own, index), np.stack([own[t][index[t]] for t in range(3)]))


def test_bad_choices_are_refused():
    rng = np.random.default_rng(0)
    net, x, y = _problem(rng)
    with pytest.raises(ValueError, match="activation"):
        dense_nets.initialise(rng, 1, (2, 2), activation="sine")
    with pytest.raises(ValueError, match="dtype"):
        dense_nets.initialise(rng, 1, (2, 2), dtype="float16")
    with pytest.raises(ValueError, match="widths"):
        dense_nets.initialise(rng, 1, (2,))
    with pytest.raises(ValueError, match="loss"):
        dense_nets.gradient(net, x, y, "hinge")
    with pytest.raises(ValueError, match="schedule"):
        next(dense_nets.train(net, x, y, steps=1, lr=0.1, schedule="linear"))
    with pytest.raises(ValueError, match="rng"):
        next(dense_nets.train(net, x, y, steps=1, lr=0.1, batch=2))
    with pytest.raises(ValueError, match="size"):
        next(dense_nets.batches(rng, 1, 4, 5))
    with pytest.raises(ValueError, match="masks"):
        dense_nets.gradient(net, x, y, masks=[np.ones((4, 6))])
    with pytest.raises(ValueError, match="frozen"):
        dense_nets.gradient(net, x, y, frozen=[3])


def _torch_twin(torch, net, activation):
    layers = []
    for l, w in enumerate(net.weights):
        linear = torch.nn.Linear(w.shape[1], w.shape[2], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w[0].T))
            linear.bias.copy_(torch.tensor(net.biases[l][0, 0]))
        layers.append(linear)
        if l < len(net.weights) - 1 and activation != "linear":
            layers.append(torch.nn.ReLU() if activation == "relu" else torch.nn.Tanh())
    return torch.nn.Sequential(*layers)


@pytest.mark.parametrize("activation", dense_nets.ACTIVATIONS)
@pytest.mark.parametrize("loss", dense_nets.LOSSES)
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_training_equals_pytorch(activation, loss, optimiser):
    torch = pytest.importorskip("torch", reason="PyTorch (optional, test only) is not installed")
    net, x, y = _problem(np.random.default_rng(4), trials=1, activation=activation)
    twin, xt, yt = _torch_twin(torch, net, activation), torch.tensor(x), torch.tensor(y)
    steps, lr, decay = 40, 0.02, 0.01
    if optimiser == "adam":
        theirs = torch.optim.Adam(twin.parameters(), lr=lr, weight_decay=decay)
        ours: dense_nets.Adam | dense_nets.GradientDescent = dense_nets.Adam(net)
    else:
        theirs = torch.optim.SGD(twin.parameters(), lr=lr, momentum=0.9, weight_decay=decay)
        ours = dense_nets.GradientDescent(net, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(theirs, T_max=steps)
    losses = []
    for _ in range(steps):
        theirs.zero_grad()
        outputs = twin(xt)
        value = torch.nn.functional.cross_entropy(outputs, yt) if loss != "mse" else ((outputs - yt) ** 2).sum() / 14
        value.backward()
        theirs.step()
        schedule.step()
        losses.append(float(value.detach()))
    ran = dense_nets.train(
        net, x, y, loss=loss, steps=steps, lr=lr, optimiser=ours, schedule="cosine", weight_decay=decay
    )  # fmt: skip
    np.testing.assert_allclose([float(v[0]) for _, v in ran], losses, rtol=1e-9)
    np.testing.assert_allclose(
        dense_nets.forward(net, x)[-1][0], twin(xt).detach().numpy(), rtol=1e-7, atol=1e-9
    )  # fmt: skip
