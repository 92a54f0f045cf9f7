"""Classifiers of scikit-learn over one float32 matrix, their probabilities or scores as a tensor."""

import warnings

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from example import Example
from scikit import matrix_classifier
from tables import make_numbers, with_gaps

# What is named probabilities is scores.


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
    return matrix_classifier("linear-svc", model, data.rows, special, options=None)


def linear_svc_multiclass() -> Example:
    data = make_numbers(4)
    model = LinearSVC(random_state=4).fit(data.train, data.three_classes)
    special = "a decision score for each class, named `probabilities`; they may be negative and don't add up to 1"
    return matrix_classifier("linear-svc-multiclass", model, data.rows, special, options=None)


def random_forest() -> Example:
    data = make_numbers(5)
    model = RandomForestClassifier(n_estimators=15, max_depth=5, random_state=5, n_jobs=1)
    return matrix_classifier("random-forest", model.fit(data.train, data.binary), data.rows, "a tree ensemble")


def svc_probability() -> Example:
    data = make_numbers(6)
    with warnings.catch_warnings():
        # probability=True is to go in scikit-learn 1.11; what people have exported stays
        warnings.simplefilter("ignore", FutureWarning)
        model = SVC(probability=True, random_state=6).fit(data.train, data.binary)
        margin = np.abs(model.decision_function(data.rows))
        special = "the label is the decision function's, and not always that of the greater probability"
        return matrix_classifier("svc-probability", model, data.rows, special, margin=margin)


def extra_trees() -> Example:
    data = make_numbers(7)
    model = ExtraTreesClassifier(n_estimators=15, max_depth=5, random_state=7, n_jobs=1)
    return matrix_classifier("extra-trees", model.fit(data.train, data.three_classes), data.rows, "a tree ensemble")


def gradient_boosting() -> Example:
    data = make_numbers(8)
    model = GradientBoostingClassifier(n_estimators=20, max_depth=2, random_state=8)
    return matrix_classifier("gradient-boosting", model.fit(data.train, data.binary), data.rows, "a tree ensemble")


def hist_gradient_boosting_nan() -> Example:
    gappy = with_gaps(make_numbers(9), 91)
    model = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=8, random_state=9)
    model.fit(gappy.train, gappy.binary)
    special = "NaN is a value that the trees were trained on"
    return matrix_classifier("hist-gradient-boosting-nan", model, gappy.rows, special, train=gappy.csv(gappy.binary))


def k_neighbors() -> Example:
    data = make_numbers(10, width=5)
    model = KNeighborsClassifier(n_neighbors=5, n_jobs=1).fit(data.train, data.binary * 4 + 3)
    return matrix_classifier("k-neighbors", model, data.rows, "holds its training rows; the classes are 3 and 7")


def gaussian_nb() -> Example:
    data = make_numbers(11)
    model = GaussianNB().fit(data.train, data.three_classes)
    return matrix_classifier("gaussian-nb", model, data.rows, "exponentials and logarithms over the whole batch")


def mlp_classifier() -> Example:
    data = make_numbers(12)
    model = MLPClassifier(hidden_layer_sizes=(12, 6), max_iter=300, tol=1e-3, random_state=12)
    return matrix_classifier("mlp-classifier", model.fit(data.train, data.three_names), data.rows, "string labels")


def multiclass_string_labels() -> Example:
    data = make_numbers(13)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(data.train, data.three_names)
    return matrix_classifier("multiclass-string-labels", model, data.rows, "string labels, a scaler in the graph")


MAKERS = [
    logistic_regression,
    sgd_classifier,
    linear_svc,
    linear_svc_multiclass,
    svc_probability,
    random_forest,
    extra_trees,
    gradient_boosting,
    hist_gradient_boosting_nan,
    k_neighbors,
    gaussian_nb,
    mlp_classifier,
    multiclass_string_labels,
]
