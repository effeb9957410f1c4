"""Which routes does the service have, and what happens around each of them?"""

from flask import Flask

from api.assembly import Services
from api.auth import authenticate
from api.cli import add_commands
from api.jsonio import OrjsonProvider
from api.observing import observe
from api.problems import handle_problems
from api.routes import (
    batches,
    carriers,
    changes,
    classifications,
    controls,
    credentials,
    docs,
    documents,
    expressions,
    health,
    identifiers,
    keys,
    landed_costs,
    pickup_points,
    quotes,
    rating_rules,
    reverse_prices,
    screenings,
    shipments,
    tariffs,
    tracking,
    tracking_page,
    vocabulary,
    webhooks,
)

ROUTES = (
    health,
    docs,
    pickup_points,
    quotes,
    keys,
    landed_costs,
    reverse_prices,
    expressions,
    tariffs,
    classifications,
    changes,
    carriers,
    credentials,
    shipments,
    documents,
    batches,
    controls,
    identifiers,
    rating_rules,
    screenings,
    tracking,
    tracking_page,
    vocabulary,
    webhooks,
)
LARGEST_BODY = 1 << 20


def create_app(services: Services) -> Flask:
    """The WSGI application. It opens nothing: snapshot and database are opened by who needs them.

    The order matters: a request has its id before anything can go wrong with it, and an account
    before a route sees it.
    """
    app = Flask("tidewaiter", static_folder=None)
    app.json = OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["tidewaiter"] = services
    observe(app, services.tally)
    authenticate(app, services.settings, services.gate)
    handle_problems(app)
    for module in ROUTES:
        app.register_blueprint(module.bp)
    add_commands(app, services)
    return app
