"""The classifier as it ships."""

import pytest

from data.loading.classification import load_classification
from tariffs.classification.classifier import Classifier


@pytest.fixture(scope="session")
def facts():
    return load_classification()


@pytest.fixture(scope="session")
def shipped(facts):
    return Classifier(facts)
