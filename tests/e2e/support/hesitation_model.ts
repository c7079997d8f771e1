// A model of hesitation in the compact form, made by hand: what is normal on a page, and what weighs how much.
// Which measures and features there are is read off the code, so that a new one does not shift the others here.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const DOMAIN = join(import.meta.dirname, "../../../domain/src/hesitation");
const read = (file: string) => readFileSync(join(DOMAIN, file), "utf8");

/** In the order of their numbers: a score's parts name them so. */
export const FEATURES = [...read("feature.rs").matchAll(/^\s+Self::\w+ => "(\w+)",$/gm)].map((it) => it[1] ?? "");
/** Number by name; those that come in series are left out. */
const MEASURES = new Map([...read("sample.rs").matchAll(/^\s+Self::(\w+) => (\d+),$/gm)].map((it) => [it[1], Number(it[2])]));
const SHARES = [0.9, 0.75, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001];

/** One curve: the value that 90, 75, 50, 35, 20, 10, 5, 2, 1 and 0.1 % exceed. */
export type Curve = number[];

export interface Page {
  /** The template of its path; `*` is every other page. */
  page: string;
  curves: Record<string, Curve>;
}

export interface Model {
  bias: number;
  askAt: number;
  hintAt: number;
  weights: Record<string, number>;
  pages: Page[];
  /** What is seen is also sent as messages. */
  isRecorded?: boolean;
}

/** Times as people need them: so many milliseconds in the middle, rarely twenty times that. */
export const around = (medianMs: number, shape = 2): Curve =>
  SHARES.map((share) => Math.round(medianMs * ((1 - share) / share) ** (1 / shape)));

/** Counts of what is rare. */
export const rarely: Curve = [0, 0, 0, 0, 0, 1, 1, 2, 2, 3].map((it) => it * 1_000);

/** Counts that have a lower end, too: where 2, 5, 10, 20, 35 % lie below, then where 35, 20, 10, 5, 2 % lie above. */
export const rarelySigned: Curve = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2].map((it) => it * 1_000);

/** Times that have a lower end, too. */
export const aroundSigned = (medianMs: number): Curve =>
  [0.98, 0.95, 0.9, 0.8, 0.65, 0.35, 0.2, 0.1, 0.05, 0.02].map((share) => Math.round(medianMs * ((1 - share) / share) ** 0.5));

const WORDS = ["Is something confusing you?", "No, I'm fine", "Yes", "What is unclear?", "Send", "Thank you.", "Close", "Help for this page", "Need help?", "Question in the corner of the page. Press F6 to go to it.", "Don't ask again"];

/** A whole config. */
export function configOf(model: Model): string {
  for (const name of Object.keys(model.weights)) {
    if (!FEATURES.includes(name)) throw new Error(`no such feature: ${name}`);
  }
  const head = [
    "hesitation",
    1,
    model.bias,
    model.askAt,
    model.hintAt,
    0,
    model.isRecorded ? 1_000 : 0,
    ...FEATURES.map((it) => model.weights[it] ?? 0),
    0, // patterns of pages
    0, // excluded pages
    1,
    "", // accent
    ...WORDS,
    0, // help links
    model.pages.length,
  ];
  const pages = model.pages.map(({ page, curves }) => [
    "baseline",
    page,
    "",
    "any",
    page === "*" ? 0 : 1,
    0,
    ...Array<number>(7).fill(0), // prior
    curvesOf(curves),
    "", // steps
  ]);
  return [["milepost", 1], head, ...pages].map((it) => it.join("\t") + "\n").join("");
}

function curvesOf(curves: Record<string, Curve>): string {
  const count = Math.max(...MEASURES.values()) + 1;
  const texts = Array<string>(64).fill("~");
  for (const [name, values] of Object.entries(curves)) {
    const index = MEASURES.get(name);
    if (index === undefined) throw new Error(`no such measure below ${count}: ${name}`);
    texts[index] = values.map(codeOf).join("");
  }
  return texts.join("");
}

/** As `push_code` in `domain/src/hesitation/sample.rs`. */
function codeOf(value: number): string {
  let [mantissa, exponent] = [Math.max(value, 0), 0];
  for (; mantissa >= 128; exponent++) mantissa = Math.floor(mantissa / 2);
  const code = mantissa < 64 ? mantissa : exponent * 64 + mantissa;
  return [Math.floor(code / 58), code % 58].map((it) => (it ? String.fromCharCode(34 + it) : "!")).join("");
}
