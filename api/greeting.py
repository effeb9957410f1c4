"""What does a newcomer see first? The address, and one request that works when pasted."""

import json

from api.routes.quotes import EXAMPLE


def example_request(address: str) -> str:
    """A curl command that asks this service for a quote."""
    members = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in EXAMPLE.items()]
    body = ("{" + ",\n ".join(members) + "}").replace("'", "\\u0027")
    return (
        f"curl -s http://{address}/v1/quotes -H 'Content-Type: application/json' -d '{body}' "
        "| python3 -m json.tool"
    )


def greeting(address: str) -> str:
    """What an open service says when it is ready."""
    return (
        f"Tidewaiter answers on http://{address} (documentation: http://{address}/docs).\n"
        f"Ask it what two T-shirts from China cost to the door in Berlin:\n\n"
        f"{example_request(address)}\n"
    )
