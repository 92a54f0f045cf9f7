"""The data that the models are trained on and asked about. All of it is generated, from fixed seeds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

TRAINING_ROWS = 300

# More than the 200 rows that are kept: rows near a model's decision threshold are left out.
CANDIDATE_ROWS = 280

NUMBER_NAMES = ["age", "income", "debt", "balance", "visits", "distance", "spend", "score"]
CLASS_NAMES = np.array(["bronze", "gold", "silver"])

Array = np.ndarray


@dataclass(frozen=True)
class Numbers:
    """A matrix of float32 features, the signal that targets are made of, and rows to ask about."""

    train: Array
    signal: Array
    rows: Array

    @property
    def binary(self) -> Array:
        return (self.signal > 0).astype(np.int64)

    @property
    def three_classes(self) -> Array:
        return np.digitize(self.signal, np.quantile(self.signal, [1 / 3, 2 / 3])).astype(np.int64)

    @property
    def three_names(self) -> Array:
        return CLASS_NAMES[self.three_classes]

    def csv(self, target: Array) -> pd.DataFrame:
        """The training rows as people have them: named columns, the target last."""
        frame = pd.DataFrame(self.train, columns=NUMBER_NAMES[: self.train.shape[1]])
        return frame.assign(target=target)


def make_numbers(seed: int, width: int = 6) -> Numbers:
    """Features around 0, of three decimals, as float32: a decimal in JSON reads back to the same float32."""
    generator = np.random.default_rng(seed)
    spread = np.linspace(0.5, 2.0, width)
    both = generator.normal(size=(TRAINING_ROWS + CANDIDATE_ROWS, width)) * spread
    features = np.round(both, 3).astype(np.float32)
    weights = generator.uniform(0.4, 1.0, size=width) * np.where(np.arange(width) % 2 == 0, 1, -1)
    train = features[:TRAINING_ROWS]
    bend = 0.6 * train[:, 0] * train[:, 1] + np.abs(train[:, 2]) - np.abs(train[:, 2]).mean()
    noise = generator.normal(scale=0.5, size=TRAINING_ROWS)
    # Rounded, since the last digits of a product of matrices are the processor's.
    signal = np.round(train @ weights + bend + noise, 4)
    return Numbers(train, signal, features[TRAINING_ROWS:])


def with_gaps(data: Numbers, seed: int, share: float = 0.15) -> Numbers:
    """The same with NaN in place of a share of the features."""
    generator = np.random.default_rng(seed)
    train, rows = (
        np.where(generator.uniform(size=features.shape) < share, np.float32("nan"), features)
        for features in (data.train, data.rows)
    )
    return Numbers(train, data.signal, rows)
