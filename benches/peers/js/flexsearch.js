// FlexSearch's Document with its English encoder, any word counts. It ranks by place in the text, not by BM25, and is
// built anew where it is opened.

import FlexSearch from "flexsearch";
import EnglishPreset from "flexsearch/lang/en";
import { LIMIT, run } from "./protocol.js";

let engine;

function index(articles) {
  engine = new FlexSearch.Document({
    document: { id: "id", index: [{ field: "title" }, { field: "body" }] },
    tokenize: "strict",
    encoder: new FlexSearch.Encoder(EnglishPreset),
  });
  for (const article of articles) engine.add(article);
}

await run({
  build: index,
  open: (_, articles) => index(articles),
  answer(text) {
    const found = engine.search(text, { limit: LIMIT, suggest: true, merge: true });
    return found.slice(0, LIMIT).map((hit) => hit.id);
  },
  change(article) {
    engine.update(article);
  },
});
