// The module and its translation, side by side in Node: the same inputs have the same effects, to the byte.
import { expect, test } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Dice } from "./support/dice.ts";
import { lease, survey } from "./support/survey_config.ts";

const root = join(import.meta.dirname, "../..");
const INPUTS = 1_500;

interface Engine {
  start: (...how: unknown[]) => void;
  arrived: (signal: number, value: unknown) => void;
}

const load = async (file: string) => (await import(pathToFileURL(file).href)) as Engine & { initSync?: (how: object) => void };

/** As wasm, from what `cargo xtask wasm` leaves in `target`. */
async function asWasm(edition: string): Promise<Engine> {
  const it = await load(join(root, `target/${edition}-pkg/sdk.js`));
  it.initSync?.({ module: new WebAssembly.Module(readFileSync(join(root, `target/${edition}-pkg/sdk_finished.wasm`))) });
  return it;
}

const asTranslated = (edition: string) => load(join(root, `target/${edition}-translated-pkg/translated.js`));

const CONFIG =
  survey("nps", "popover") +
  "journey\tj\tJ\t1209600000\t3\nmilestone\tpay\tPaid\tuser\tstep\nclick\t#pay\nmilestone\tdone\tDone\tuser\tvalue\n" +
  "event\tInvoice Sent\tany\t1\nwhere\tgte\t1\ttotal\t1\tn4014000000000000\nmilestone\tseen\tSeen\tuser\tstep\nseen\t.done\n";

/** What happens to one of them, from a seed; answers with all it had done, and when. */
function effectsOf({ start, arrived }: Engine, seed: number): string[] {
  const dice = new Dice(seed);
  const effects: string[] = [];
  let now = 1_900_000_000_000;
  const clocks = [Date.now, performance.now.bind(performance)] as const;
  Date.now = () => now;
  performance.now = () => now - 1_900_000_000_000;
  let stored = "";
  const texts = ["Invoice Sent", "Sent", "x", "ünïcödé ☕ \ud83d\ude00", "a".repeat(700), ""];
  const bodies = ["", '{"total":5}', '{"total":0.1,"text":"é\\"\\u0000"}', `{"long":"${"é".repeat(5_000)}"}`, '{"total":-1e308,"list":[1,"2",null,true]}'];
  const pages = ["/", "/invoices?x=1", "/customers#/route"].map((it) => [`https://a.example${it}`, it.replace(/[?#].*/, ""), "", `T ${it}`, ""]);
  const hands = (what: string, text: string, number: number, other: number) => {
    effects.push(`${now} ${what} ${number} ${other} ${text}`);
    if (what === "read") return stored || undefined;
    if (what === "save") stored = text;
    if (what === "parse") return JSON.parse(text) as unknown;
    if (what === "page") return dice.pick(pages);
    return undefined;
  };
  try {
    start(64 | dice.pick([0, 16, 32]), "key", "en", [1, 2, 3, seed], pages[0], hands);
    let batch = 0;
    const inputs: (() => [number, unknown])[] = [
      () => [18, [dice.between(0, 7), dice.pick(texts), dice.pick(bodies), dice.percent(20) ? "jwt" : undefined]],
      () => [18, [0, dice.pick(texts), dice.pick(bodies), undefined]],
      () => [0, undefined],
      () => [1, undefined],
      () => [2, dice.pick(["#pay", "#other"])],
      () => [dice.pick([3, 17]), undefined],
      () => [4, dice.percent(50)],
      () => [5, dice.pick(pages)],
      () => [8, dice.percent(80) ? CONFIG : undefined],
      () => [9, [".done", dice.between(1, 3), dice.percent(50)]],
      () => [10, [(batch += 1), dice.pick([200, 200, 413, 503, 0, 400]), dice.pick([0, 2_000]), ""]],
      () => [11, [dice.between(0, 40), dice.between(0, 3), dice.between(0, 99), dice.between(0, 9)]],
      () => [13, [dice.between(1, 3), dice.pick([lease("l-1"), "lease\tdenied\t0\t86400000\n", false, undefined])]],
      () => [14, [dice.between(0, 12), dice.pick(["7", "", "text ☕"]), "nps"]],
      () => [15, undefined],
      () => [20, dice.percent(90) ? 0 : dice.between(0, 2)],
      () => [21, [dice.between(1, 5), "", ""]],
    ];
    for (let at = 0; at < INPUTS; at++) {
      now += dice.percent(5) ? dice.between(0, 3_000_000) : dice.between(0, 2_000);
      const [signal, value] = dice.pick(inputs)();
      arrived(signal, value);
    }
  } finally {
    [Date.now, performance.now] = clocks;
  }
  return effects;
}

for (const edition of ["sdk", "sdk-lite"]) {
  test(`${edition}: wasm and its translation have the same effects`, async () => {
    test.setTimeout(120_000);
    expect(readdirSync(join(root, "target"))).toContain(`${edition}-translated-pkg`);
    const seed = Number(process.env["MILEPOST_SEED"] ?? 7);
    console.log(`seed ${seed}`);
    const byWasm = effectsOf(await asWasm(edition), seed);
    const byTranslation = effectsOf(await asTranslated(edition), seed);
    expect(byWasm.length).toBeGreaterThan(INPUTS / 2);
    const differs = byWasm.findIndex((it, at) => it !== byTranslation[at]);
    expect([differs, byTranslation[differs], byTranslation.length]).toEqual([-1, undefined, byWasm.length]);
  });
}
