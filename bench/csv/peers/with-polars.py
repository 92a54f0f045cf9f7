"""Scores a CSV with polars and onnxruntime, as polars' own user guide advises.

- Whole file: `read_csv`, expressions, `write_csv` (https://docs.pola.rs/user-guide/io/csv/).
- --two: the lazy API, "favor scan_* over read_*", which skips columns that nobody asks for
  (https://docs.pola.rs/user-guide/lazy/sources_sinks/). Nothing else is written, so features are parsed as float32.
- --stream: `scan_csv`, `map_batches` and `sink_csv`, which "process data in batches" (the same page).

Categories are made 0 and 1 by expressions, which polars runs in parallel
(https://docs.pola.rs/user-guide/concepts/expressions-and-contexts/), and the matrix comes in rows from
`to_numpy(order="c")`, as onnxruntime wants it. Threads of polars and of onnxruntime are as by default.
"""

import polars as pl
from peer import Peer


def to_expressions(peer, is_raw):
    if not is_raw:
        return [pl.col(feature).cast(pl.Float32) for feature in peer.features]
    return [
        (pl.col(column["name"]) == category).cast(pl.Float32).alias(f"{column['name']}_{category}")
        for column in peer.columns
        for category in column["categories"]
    ]


def predict(peer, frame, expressions):
    """The two columns that are added to a frame."""
    labels, probabilities = peer.predict(frame.select(expressions).to_numpy(order="c"))
    return [pl.Series("label", labels), pl.Series("probability", probabilities)]


def score_all(peer):
    frame = pl.read_csv(peer.args.file)
    expressions = to_expressions(peer, peer.is_raw(frame.columns))
    frame.with_columns(predict(peer, frame, expressions)).write_csv(peer.args.out)
    return frame.height


def score_two(peer):
    is_raw = peer.is_raw(pl.read_csv(peer.args.file, n_rows=0).columns)
    if is_raw:
        lazy = pl.scan_csv(peer.args.file).select(column["name"] for column in peer.columns)
    else:
        types = dict.fromkeys(peer.features, pl.Float32)
        lazy = pl.scan_csv(peer.args.file, schema_overrides=types).select(peer.features)
    frame = lazy.collect()
    pl.DataFrame(predict(peer, frame, to_expressions(peer, is_raw))).write_csv(peer.args.out)
    return frame.height


def score_stream(peer):
    lazy = pl.scan_csv(peer.args.file)
    schema = lazy.collect_schema()
    expressions = to_expressions(peer, peer.is_raw(schema.names()))
    rows = 0

    def score_batch(frame):
        nonlocal rows
        rows += frame.height
        return frame.with_columns(predict(peer, frame, expressions))

    added = {"label": pl.Int64, "probability": pl.Float32}
    lazy.map_batches(score_batch, schema={**schema, **added}, streamable=True).sink_csv(peer.args.out)
    return rows


if __name__ == "__main__":
    peer = Peer()
    peer.run(score_stream if peer.args.stream else score_two if peer.args.two else score_all)
