"""The service does what its own OpenAPI document says, whatever it is asked."""

import os
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from api.app import create_app
from api.settings import Settings
from tests.api.real_service import facts_dir_fixture, serve  # noqa: F401 - fixtures

CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]
