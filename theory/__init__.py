"""What the mathematics predicts: pure functions of parameters, NumPy and SciPy, float64.

A package (or module) for each topic, and shared modules. Each function declares the domains of its arguments in its
signature (`theory.domain`); results with several parts are named tuples. One thing has one name over all topics;
whatever differs says so in the first line of its docstring:

- `n`, `p`, `d`: samples; features of a linear model; dimension of the inputs (equal to p where inputs are the features)
- `X`: samples are rows, (n, p); in neural collapse H is (d, N), samples as columns, as its contract has it
- `sigma2`: variance of the label noise; a standard deviation is `noise_std`; excess risks leave sigma2 out, a test
  error has it in
- `r2`: squared norm of the target's coefficients; `beta_sq`, `coef2`: squared coefficients, one a direction
- `lam`: ridge per sample: penalty n lam beside the sum of squares; (1 - eta lam) a step and (lam/2) sum W^2 in a flow:
  weight decay
- `ridge`: ridge in total: penalty ridge = n lam
- `kappa`: effective ridge: n (kappa - lam) = kappa df1(kappa)
- `gamma`: p/n
- `n_per_class`: class sizes, (K,); K (or C) classes of n samples each where they are equal
- `lambda_W`, `lambda_H`, `lambda_b`: penalties of the unconstrained features model, (lambda/2) times the squared norm
- `keep`: the fraction that is kept (of weights, entries, neurons); indices of what is kept are `kept`
- `rho`: a correlation or cosine; where a contract has it for a density it says so
- `alpha`: exponent of a power law, m/p in rotations, output scale, start scale of a flow: each docstring says which
- `beta`: aspect ratio of a matrix, rows/columns (spiked models), or 1 - d/p in rotations
- `t`, `eta`: time of a flow; step size of a descent (eta is the share of flipped labels in a mixture)
- `activation`: one of the names of `theory.activations`, or a vectorised function
"""
