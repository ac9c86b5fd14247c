"""Embeds texts with a static model in the Model2Vec form, for `helpdex --embed-command`.

    pip install model2vec
    helpdex build docs/help --into kb --embed-model potion-base-8M \
        --embed-command "python3 examples/embed/static_model.py /srv/models/potion-base-8M"

Without Python the program `helpdex-static-embed` of crates/helpdex-static-embed does the same.
"""

import json
import sys

from model2vec import StaticModel

model = StaticModel.from_pretrained(sys.argv[1])
for line in sys.stdin:
    rows = model.encode(json.loads(line)["texts"])
    print(json.dumps(rows.tolist()), flush=True)
