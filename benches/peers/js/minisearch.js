// MiniSearch with its default settings, the title twice as heavy.

import fs from "node:fs";
import path from "node:path";
import MiniSearch from "minisearch";
import { LIMIT, run } from "./protocol.js";

const options = { fields: ["title", "body"], searchOptions: { boost: { title: 2 } } };
let engine;

await run({
  build(articles, index) {
    engine = new MiniSearch(options);
    for (const article of articles) engine.add(article);
    fs.writeFileSync(path.join(index, "index.json"), JSON.stringify(engine));
  },
  open(index) {
    engine = MiniSearch.loadJSON(fs.readFileSync(path.join(index, "index.json"), "utf8"), options);
  },
  answer(text) {
    return engine.search(text).slice(0, LIMIT).map((hit) => hit.id);
  },
  change(article, before) {
    engine.remove(before);
    engine.add(article);
  },
});
