// The public surface says exactly what the code understands.
import { expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const sdk = join(import.meta.dirname, "../../sdk");
const read = (file: string) => readFileSync(join(sdk, file), "utf8");
const found = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map((it) => it[1] ?? ""))].sort();

test("sdk.d.ts lists the commands that the module and the loader handle", () => {
  const promised = found(read("browser/sdk.d.ts"), /command: "(\w+)"/g);
  const commands = read("loader/command.js");
  const verbs = found(/const VERBS = \[(.*)\]/.exec(commands)?.[1] ?? "", /'(\w+)'/g);
  const handled = [...verbs, ...found(commands, /if \(name === '(\w+)'\) (?:return tell|\{)/g)];
  const own = found(read("loader/sdk.js"), /args\[0\] === '(\w+)'/g);
  expect([...new Set([...handled, ...own])].sort()).toEqual(promised);
});

test("sdk.d.ts lists the warnings and topics that there are", () => {
  const surface = read("browser/sdk.d.ts");
  const sources = ["core/src/client.rs", "loader/command.js", "loader/sdk.js", "loader/topics.js", "loader/engine.js", "loader/chunk.js"].map(read).join("\n");
  const warned = found(sources, /(?:warn\(|Err\(|ok_or\(|Some\(|complain\(|"code":)["'](\w+_\w+)["']/g);
  expect(warned).toEqual(found(surface, /^ {2}\| "(\w+)"/gm));
  const topics = found(read("core/src/effect.rs"), /Self::\w+ => "(\w+)"/g);
  expect(found(/const TOPICS = \[(.*)\]/.exec(read("loader/topics.js"))?.[1] ?? "", /'(\w+)'/g)).toEqual(topics);
  // Messages are told when they are kept.
  expect([...topics, "message"].sort()).toEqual(found(surface, /^ {2}(\w+): [{M]/gm).filter((it) => !["type", "context"].includes(it)));
});

test("the loader and the module number their signals alike", () => {
  const rust = [...read("browser/src/signal.rs").matchAll(/const (\w+): u32 = (\d+);/g)].map((it) => [it[1], it[2]]);
  const script = [...read("loader/signal.js").matchAll(/const (\w+) = (\d+);/g)].map((it) => [it[1], it[2]]);
  expect(script).toEqual(rust);
});

test("the loader and the core number verbs, topics and what was consented alike", () => {
  const named = (file: string, list: RegExp, name: RegExp) =>
    [...(list.exec(read(file))?.[1] ?? "").matchAll(name)].map((it) => (it[1] ?? "").toLowerCase());
  for (const [file, list, core] of [
    ["loader/command.js", /const VERBS = \[(.*)\]/, named("core/src/input.rs", /const ALL: [^=]*=\s*\[([^\]]*)\]/, /::(\w+)/g)],
    ["loader/command.js", /const CONSENTS = \[(.*)\]/, named("core/src/consent.rs", /const ALL: [^=]*=\s*\[([^\]]*)\]/, /::(\w+)/g)],
    ["loader/topics.js", /const TOPICS = \[(.*)\]/, named("core/src/effect.rs", /pub enum Topic \{([^]*?)\n\}/, /^ {4}(\w+),/gm)],
  ] as [string, RegExp, string[]][]) {
    expect(core.length).toBeGreaterThan(2);
    expect(named(file, list, /'(\w+)'/g)).toEqual(core);
  }
});

/** `SHOWN` → 0, as the loader numbers it. */
const numbers = (file: string) =>
  new Map([...read(file).matchAll(/const (\w+) = (\d+);/g)].map((it) => [it[1] ?? "", Number(it[2])]));

test("the loader and the core number what is seen, and what becomes of a prompt, alike", () => {
  const core = read("core/src/observation.rs");
  /** The variants of a Rust list, in its order. */
  const list = (pattern: RegExp) => [...(pattern.exec(core)?.[1] ?? "").matchAll(/::(\w+)/g)].map((it) => (it[1] ?? "").toUpperCase());
  const seen = numbers("loader/observation.js");
  const kinds = [...core.matchAll(/const (\w+): u32 = (\d+);/g)].map((it): [string, number] => [it[1] ?? "", Number(it[2])]);
  const told = kinds.filter(([name]) => seen.has(name));
  expect(told.length).toBe(13);
  const surfaces = list(/const SURFACES[^=]*= \[([^\]]*)\]/);
  const busy = list(/const BUSY: \[[^=]*= ?\s*\[([^\]]*)\]/);
  const numbered = [...told, ...[surfaces, busy].flatMap((it) => it.map((name, at): [string, number] => [name, at]))];
  expect([...seen].sort()).toEqual(numbered.sort());

  const said = list(/pub const ALL[^=]*= \[([^\]]*)\]/);
  expect(said.length).toBeGreaterThan(5);
  for (const [name, number] of numbers("loader/prompt-said.js")) expect(said[number], name).toBe(name);

  const surveys = /pub const ALL[^=]*= \[([^\]]*)\]/.exec(read("core/src/prompts/said.rs"))?.[1] ?? "";
  const names = [...surveys.matchAll(/::(\w+)/g)].map((it) => (it[1] ?? "").replace(/\B[A-Z]/g, "_$&").toUpperCase());
  expect([...numbers("loader/survey-said.js").keys()]).toEqual(names);
});
