"""The WSGI entry point: ``gunicorn -c python:api.serving`` or ``flask --app wsgi run``."""

from api.app import create_app
from api.assembly import assemble
from api.observing import log_as_json
from api.serving import refuse_public_listeners
from api.settings import Settings

settings = Settings.from_env()
refuse_public_listeners(settings)
log_as_json()
app = create_app(assemble(settings))
