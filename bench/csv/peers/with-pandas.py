"""Scores a CSV with pandas and onnxruntime, as pandas' own user guide advises.

- `read_csv` with its default engine, the C one, and `to_csv` (https://pandas.pydata.org/docs/user_guide/io.html).
- "Use efficient datatypes" and "load less data" (https://pandas.pydata.org/docs/user_guide/scale.html): columns of few
  different texts are read as `category`; with --two, `usecols` reads what the model takes and nothing else, features
  as float32.
- --stream: "use chunking" (the same page), `read_csv(chunksize=…)` and `to_csv` of one chunk after the other.

Categories are made 0 and 1 by picking rows of an identity matrix by their codes. pandas has one thread;
onnxruntime's are as by default.
"""

import numpy as np
import pandas as pd
from peer import Peer

CHUNK_ROWS = 100_000


class Encoder:
    """Turns frames of one file into matrices of the model."""

    def __init__(self, peer):
        self.peer = peer
        self.is_raw = peer.is_raw(pd.read_csv(peer.args.file, nrows=0).columns)
        self.categories = {column["name"]: column["categories"] for column in peer.columns}

    def options(self):
        """What `read_csv` is told."""
        texts = {name: "category" for name, values in self.categories.items() if isinstance(values[0], str)}
        if not self.peer.args.two:
            return {"dtype": texts} if self.is_raw else {}
        if self.is_raw:
            return {"dtype": texts, "usecols": list(self.categories)}
        return {"dtype": np.float32, "usecols": self.peer.features}

    def predict(self, frame):
        labels, probabilities = self.peer.predict(self.to_matrix(frame))
        return {"label": labels, "probability": probabilities}

    def to_matrix(self, frame):
        if not self.is_raw:
            return np.ascontiguousarray(frame[self.peer.features].to_numpy(dtype=np.float32))
        parts = []
        for name, values in self.categories.items():
            codes = pd.Categorical(frame[name], categories=values).codes
            parts.append(np.eye(len(values), dtype=np.float32)[codes])
        return np.hstack(parts)


def score(peer):
    encoder = Encoder(peer)
    if peer.args.stream:
        return score_chunks(peer, encoder)
    frame = pd.read_csv(peer.args.file, **encoder.options())
    added = encoder.predict(frame)
    (pd.DataFrame(added) if peer.args.two else frame.assign(**added)).to_csv(peer.args.out, index=False)
    return len(frame)


def score_chunks(peer, encoder):
    rows = 0
    with open(peer.args.out, "w", newline="", encoding="utf-8") as out:
        for frame in pd.read_csv(peer.args.file, chunksize=CHUNK_ROWS, **encoder.options()):
            frame.assign(**encoder.predict(frame)).to_csv(out, index=False, header=rows == 0)
            rows += len(frame)
    return rows


if __name__ == "__main__":
    Peer().run(score)
