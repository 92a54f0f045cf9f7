"""The same few classifiers of scikit-learn, exported with other outputs, types and shapes."""

from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from example import Example
from scikit import matrix_classifier
from tables import make_numbers

ZIPMAP = {"options": None, "label": "output_label", "numbers": "output_probability"}


def zipmap_int_labels() -> Example:
    data = make_numbers(51)
    model = DecisionTreeClassifier(max_depth=4, min_samples_leaf=7, random_state=51)
    model.fit(data.train, data.three_classes * 10 + 5)
    special = "skl2onnx's default output: a sequence of maps from int64 classes (5, 15, 25)"
    return matrix_classifier("zipmap-int-labels", model, data.rows, special, **ZIPMAP)


def zipmap_string_labels() -> Example:
    data = make_numbers(52)
    model = LogisticRegression().fit(data.train, data.three_names)
    special = "skl2onnx's default output: a sequence of maps from string classes"
    return matrix_classifier("zipmap-string-labels", model, data.rows, special, **ZIPMAP)


MAKERS = [zipmap_int_labels, zipmap_string_labels]
