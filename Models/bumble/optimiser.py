"""Muon for the matrices, Adam for the embedding and the norms."""
import torch

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # the quintic of Jordan et al. 2024, "Muon"
RATES = {"emb": 0.008, "norm": 0.0003}  # Adam's learning rates at full scale
NORM_RATE = 0.004  # of the norms inside the layers
MATRIX_RATE = 0.015


def orthogonal(gradient: torch.Tensor) -> torch.Tensor:
    """The nearest (semi-)orthogonal matrix, roughly, by five Newton-Schulz steps."""
    tall = gradient.shape[0] > gradient.shape[1]
    x = gradient.T if tall else gradient
    x = x / (x.norm() + 1e-7)
    first, third, fifth = NEWTON_SCHULZ
    for _ in range(5):
        a = x @ x.T
        x = first * x + (third * a + fifth * a @ a) @ x
    return x.T if tall else x


def uses_muon(name: str, parameter: torch.Tensor) -> bool:
    """Whether a parameter is a weight matrix of a layer."""
    return parameter.ndim == 2 and name != "emb"


class Optimiser:
    """The state for some of the parameters."""

    def __init__(self, named: list[tuple[str, torch.Tensor]]):
        self.entries = [
            (name, p, torch.zeros_like(p), None if uses_muon(name, p) else torch.zeros_like(p)) for name, p in named
        ]
        self.steps = 0

    def step(self, gradients: list[torch.Tensor], scale: float) -> None:
        """Apply one gradient per parameter; the scale multiplies every learning rate."""
        self.steps += 1
        for (name, p, mean, square), gradient in zip(self.entries, gradients):
            if uses_muon(name, p):
                mean.lerp_(gradient, 0.05)
                update = orthogonal(gradient.lerp(mean, 0.95))
                rate = MATRIX_RATE * scale * max(1, p.shape[0] / p.shape[1]) ** 0.5
                p.mul_(1 - 0.001 * scale).add_(update, alpha=-rate)
            else:
                mean.lerp_(gradient, 0.1)
                square.lerp_(gradient * gradient, 0.03)
                deviation = (square / (1 - 0.97**self.steps)).sqrt() + 1e-9
                p.addcdiv_(mean / (1 - 0.9**self.steps), deviation, value=-scale * RATES.get(name, NORM_RATE))
