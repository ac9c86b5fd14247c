"""Embeds texts with a model of Sentence Transformers, for `helpdex --embed-command`.

    pip install sentence-transformers
    helpdex build docs/help --into kb --embed-model all-MiniLM-L6-v2 \
        --embed-command "python3 examples/embed/transformer.py /srv/models/all-MiniLM-L6-v2"

Models of the family E5 want a prefix for each kind of text: add `--prefixes "passage: " "query: "`. Their name is another one then:
`--embed-model "multilingual-e5-small, with prefixes"`.
"""

import argparse
import json
import sys

from sentence_transformers import SentenceTransformer

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("model", help="folder or name of the model")
parser.add_argument("--prefixes", nargs=2, default=["", ""], metavar=("ARTICLE", "TICKET"))
arguments = parser.parse_args()
prefixes = dict(zip(["article", "ticket"], arguments.prefixes))

model = SentenceTransformer(arguments.model)
for line in sys.stdin:
    request = json.loads(line)
    texts = [prefixes[request["kind"]] + text for text in request["texts"]]
    # What the model prints must not come between the lines of the answer.
    rows = model.encode(texts, show_progress_bar=False)
    print(json.dumps(rows.tolist()), flush=True)
