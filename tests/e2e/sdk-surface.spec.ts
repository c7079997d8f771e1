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
  const handled = found(read("browser/src/command.rs"), /^\s+"(\w+)" => /gm);
  const own = found(read("loader/sdk.js"), /args\[0\] === '(\w+)'/g);
  expect([...handled, ...own].sort()).toEqual(promised);
});

test("sdk.d.ts lists the warnings and topics that there are", () => {
  const surface = read("browser/sdk.d.ts");
  const sources = ["core/src/client.rs", "browser/src/command.rs", "browser/src/options.rs", "loader/sdk.js"].map(read).join("\n");
  const warned = found(sources, /(?:warn\(|Err\(|ok_or\(|Some\(|complain\(|"code":)"(\w+_\w+)"/g);
  expect(warned).toEqual(found(surface, /^ {2}\| "(\w+)"/gm));
  const topics = found(read("core/src/effect.rs"), /Self::\w+ => "(\w+)"/g);
  expect(topics).toEqual(found(surface, /^ {2}(\w+): [{M]/gm).filter((it) => !["type", "context"].includes(it)));
});

test("the loader and the module number their signals alike", () => {
  const rust = [...read("browser/src/signal.rs").matchAll(/const (\w+): u32 = (\d+);/g)].map((it) => [it[1], it[2]]);
  const script = [...read("loader/signal.js").matchAll(/const (\w+) = (\d+);/g)].map((it) => [it[1], it[2]]);
  expect(script).toEqual(rust);
});
