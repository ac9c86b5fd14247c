// lunr with its default settings: stop words, stemmer, the title twice as heavy.

import fs from "node:fs";
import path from "node:path";
import lunr from "lunr";
import { LIMIT, run } from "./protocol.js";

let engine;

await run({
  build(articles, index) {
    engine = lunr(function () {
      this.ref("id");
      this.field("title", { boost: 2 });
      this.field("body");
      for (const article of articles) this.add(article);
    });
    fs.writeFileSync(path.join(index, "index.json"), JSON.stringify(engine));
  },
  open(index) {
    engine = lunr.Index.load(JSON.parse(fs.readFileSync(path.join(index, "index.json"), "utf8")));
  },
  answer(text) {
    // Built, not parsed: its query language takes signs of a ticket for operators.
    const hits = engine.query((query) => query.term(lunr.tokenizer(text)));
    return hits.slice(0, LIMIT).map((hit) => hit.ref);
  },
});
