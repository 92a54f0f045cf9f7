"""Classifiers of scikit-learn over one float32 matrix, their probabilities or scores as a tensor."""

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import LinearSVC

from example import Example
from scikit import matrix_classifier
from tables import make_numbers


# What is named probabilities is scores.
SCORES = {"outputs": {"scores": "probabilities"}}


def logistic_regression() -> Example:
    data = make_numbers(1)
    model = LogisticRegression().fit(data.train, data.binary)
    return matrix_classifier(
        "logistic-regression", model, data.rows, "the plainest classifier", train=data.csv(data.binary)
    )


def sgd_classifier() -> Example:
    data = make_numbers(2)
    model = SGDClassifier(loss="log_loss", random_state=2).fit(data.train, data.binary)
    return matrix_classifier("sgd-classifier", model, data.rows, "probabilities made by ordinary operators")


def linear_svc() -> Example:
    data = make_numbers(3)
    model = LinearSVC(random_state=3).fit(data.train, data.binary)
    special = "one decision score a row, named `probabilities`: above 0 is the second class"
    return matrix_classifier("linear-svc", model, data.rows, special, options=None, manifest=SCORES)


def linear_svc_multiclass() -> Example:
    data = make_numbers(4)
    model = LinearSVC(random_state=4).fit(data.train, data.three_classes)
    special = "a decision score for each class, named `probabilities`; they may be negative and don't add up to 1"
    return matrix_classifier("linear-svc-multiclass", model, data.rows, special, options=None, manifest=SCORES)


def random_forest() -> Example:
    data = make_numbers(5)
    model = RandomForestClassifier(n_estimators=15, max_depth=5, random_state=5, n_jobs=1)
    return matrix_classifier("random-forest", model.fit(data.train, data.binary), data.rows, "a tree ensemble")


MAKERS = [logistic_regression, sgd_classifier, linear_svc, linear_svc_multiclass, random_forest]
