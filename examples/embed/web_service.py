"""Embeds texts by a service on the web that has the form of OpenAI's, for `helpdex --embed-command`.

    EMBED_KEY=... helpdex build docs/help --into kb --embed-model text-embedding-3-small \
        --embed-command "python3 examples/embed/web_service.py https://api.example.com/v1/embeddings text-embedding-3-small"

Articles and tickets leave the house here: tickets have their personal data masked, as far as Helpdex finds it. The key is read
from the environment, so that no list of processes shows it. It needs no package.
"""

import json
import os
import sys
import urllib.request

ADDRESS, MODEL = sys.argv[1:]


def embed(texts):
    """Asks the service, whose rows may come in any order."""
    # The service refuses an empty text.
    body = json.dumps({"model": MODEL, "input": [text or " " for text in texts]}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {os.environ.get('EMBED_KEY', '')}"}
    request = urllib.request.Request(ADDRESS, body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        rows = json.load(answer)["data"]
    return [row["embedding"] for row in sorted(rows, key=lambda row: row["index"])]


for line in sys.stdin:
    print(json.dumps(embed(json.loads(line)["texts"])), flush=True)
