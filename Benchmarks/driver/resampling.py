"""Bootstrap intervals: how much a figure would differ with other problems."""
import random

RESAMPLES = 2000


def interval(rows, figure):
    """A figure of rows, and the 95 % interval of it over rows drawn again with replacement."""
    draw = random.Random("bootstrap")
    figures = sorted(figure(draw.choices(rows, k=len(rows))) for _ in range(RESAMPLES))
    return figure(rows), figures[int(0.025 * RESAMPLES)], figures[int(0.975 * RESAMPLES)]
