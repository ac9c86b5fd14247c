// The protocol of benches/peers/README.md for peers in JavaScript.

import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";

export const LIMIT = 5;

// `peer` has build(articles, index), open(index, articles), answer(text) -> ids, and change(article) if it can.
export async function run(peer) {
  const [command, folder, index] = process.argv.slice(2);
  const articles = () => records(path.join(folder, "articles.tsv"), ["id", "locale", "visibility", "title", "body"]);
  if (command === "build") {
    fs.mkdirSync(index, { recursive: true });
    const cpu = cpuUs();
    await peer.build(articles(), index);
    say({ cpu_s: (cpuUs() - cpu) / 1e6, peak_mb: peakMb() });
  } else if (command === "serve") {
    await serve(peer, index, articles, [...records(path.join(folder, "queries.tsv"), ["locale", "text"])]);
  } else if (!peer.change) {
    say({ unsupported: "rebuild only" });
  } else {
    const word = "zqchanged";
    const first = articles().next().value;
    const article = { ...first, title: `${first.title} ${word}` };
    await peer.open(index, articles());
    const wall = performance.now();
    const cpu = cpuUs();
    peer.change(article, first);
    const found = peer.answer(word);
    const reply = { wall_ms: performance.now() - wall, cpu_ms: (cpuUs() - cpu) / 1e3 };
    if (found[0] !== article.id) throw new Error(`the changed article is not found: ${found}`);
    say(reply);
  }
}

async function serve(peer, index, articles, queries) {
  const wall = performance.now();
  const cpu = cpuUs();
  await peer.open(index, articles());
  peer.answer(queries[0].text);
  say({ wall_ms: performance.now() - wall, cpu_ms: (cpuUs() - cpu) / 1e3 });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [, first, count, seconds] = line.split(" ").map(Number);
    const [cpu_us, ids] = [[], []];
    const start = performance.now();
    for (const query of queries.slice(first, first + count)) {
      const cpu = cpuUs();
      const found = peer.answer(query.text);
      cpu_us.push(cpuUs() - cpu);
      ids.push(found);
      if (performance.now() - start > seconds * 1e3) break;
    }
    say({ cpu_us, ids });
  }
}

// Reads in pieces: a string of V8 cannot hold a large file.
function* records(file, names) {
  const handle = fs.openSync(file);
  const buffer = Buffer.alloc(1 << 20);
  const decoder = new TextDecoder();
  let rest = "";
  for (let size; (size = fs.readSync(handle, buffer)) > 0; ) {
    const lines = (rest + decoder.decode(buffer.subarray(0, size), { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      // Inside of a field a line break is written as a vertical tab, which is white space to every engine.
      const fields = line.replaceAll("\v", "\n").split("\t");
      yield Object.fromEntries(names.map((name, number) => [name, fields[number]]));
    }
  }
  fs.closeSync(handle);
}

// Of the process: Node 20 tells no thread's.
function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function peakMb() {
  const status = fs.readFileSync("/proc/self/status", "utf8");
  return Math.floor(Number(status.match(/VmHWM:\s+(\d+)/)[1]) / 1024);
}

function say(reply) {
  fs.writeSync(1, JSON.stringify(reply) + "\n");
}
