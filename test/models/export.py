"""Writes the models of this folder: for each its graph, rows to ask it, and what the original library answers.

Everything is made here: the data from fixed seeds, the models by training on it, the answers by the library that
trained the model. onnxruntime must agree with the library before anything is written. How to run, with Python 3.11,
from the repository's root:

    python3.11 -m venv .cache/test-models
    .cache/test-models/bin/pip install -r test/models/requirements.txt
    .cache/test-models/bin/python test/models/export.py
    .cache/test-models/bin/python test/models/export.py --check

Names of models after that export only these. --check writes nothing: it compares with what is here and exits with 1
when a file differs. Training on another type of processor ends with other last digits; so where bytes differ,
--check is content with the same graph and the same answers within a larger tolerance, and says so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import threadpoolctl

import boosting
import columns
import handmade
import mixed
import scikit_classifiers
import scikit_others
import scikit_variants
from check import find_differences
from example import Example, ExampleMaker, keep_clear_rows, require_agreement, sort_opsets
from files import write_example
from readme import with_table

HERE = Path(__file__).resolve().parent

MAKERS: list[ExampleMaker] = [
    *scikit_classifiers.MAKERS,
    *scikit_variants.MAKERS,
    *scikit_others.MAKERS,
    *boosting.MAKERS,
    *columns.MAKERS,
    *mixed.MAKERS,
    *handmade.MAKERS,
]


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the models of test/models.")
    parser.add_argument("names", nargs="*", help="the models to export (default: all)")
    parser.add_argument("--check", action="store_true", help="compare with the files that are here; write none")
    arguments = parser.parse_args()
    makers = {maker.__name__.replace("_", "-"): maker for maker in MAKERS}
    unknown = set(arguments.names) - set(makers)
    if unknown:
        parser.error(f"no such model: {', '.join(sorted(unknown))}; there are {', '.join(makers)}")
    # More threads would add numbers in another order.
    threadpoolctl.threadpool_limits(1)
    examples = [make(maker) for name, maker in makers.items() if not arguments.names or name in arguments.names]
    if not arguments.check:
        write(examples, HERE, readme=not arguments.names)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write(examples, Path(folder), readme=not arguments.names)
        differences = find_differences(examples, Path(folder), HERE)
    for difference in differences:
        print(difference, file=sys.stderr)
    return 1 if differences else 0


def write(examples: list[Example], folder: Path, *, readme: bool) -> None:
    """The models' folders, and README.md when its table can be of all models."""
    for example in examples:
        write_example(example, folder)
    if readme:
        text = (HERE / "README.md").read_text(encoding="utf-8")
        (folder / "README.md").write_text(with_table(text, examples), encoding="utf-8", newline="")


def make(maker: ExampleMaker) -> Example:
    example = keep_clear_rows(maker())
    sort_opsets(example.graph)
    require_agreement(example)
    return example


if __name__ == "__main__":
    sys.exit(main())
