"""Writes the models of this folder: for each its graph, rows to ask it, and what the original library answers.

Everything is made here: the data from fixed seeds, the models by training on it, the answers by the library that
trained the model. onnxruntime must agree with the library before anything is written. How to run, with Python 3.11,
from the repository's root:

    python3.11 -m venv .cache/test-models
    .cache/test-models/bin/pip install -r test/models/requirements.txt
    .cache/test-models/bin/python test/models/export.py
    .cache/test-models/bin/python test/models/export.py --check

Names of models after that export only these. --check writes nothing: it compares with what is here, byte by byte,
and exits with 1 when a file differs.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import boosting
import columns
import handmade
import mixed
import scikit_classifiers
import scikit_others
import scikit_variants
from example import Example, ExampleMaker, keep_clear_rows, require_agreement
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
    examples = [make(maker) for name, maker in makers.items() if not arguments.names or name in arguments.names]
    if not arguments.check:
        write(examples, HERE, readme=not arguments.names)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write(examples, Path(folder), readme=not arguments.names)
        return report_differences(Path(folder))


def write(examples: list[Example], folder: Path, *, readme: bool) -> None:
    """The models' folders, and README.md when its table can be of all models."""
    for example in examples:
        write_example(example, folder)
    if readme:
        text = (HERE / "README.md").read_text(encoding="utf-8")
        (folder / "README.md").write_text(with_table(text, examples), encoding="utf-8", newline="")


def make(maker: ExampleMaker) -> Example:
    example = keep_clear_rows(maker())
    require_agreement(example)
    return example


def report_differences(folder: Path) -> int:
    """Says which files are not the same, or are here and no longer written."""
    names = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    for model in {name.parent for name in names if name.parent.name}:
        names |= {path.relative_to(HERE) for path in (HERE / model).iterdir()}
    different = [name for name in sorted(names) if not same_bytes(folder / name, HERE / name)]
    for name in different:
        print(f"{name} is not what export.py writes: run it without --check and look at the change.", file=sys.stderr)
    return 1 if different else 0


def same_bytes(left: Path, right: Path) -> bool:
    return left.is_file() and right.is_file() and left.read_bytes() == right.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
