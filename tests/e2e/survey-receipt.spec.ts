// The privacy receipt and the inspector: panels that are fetched when somebody wants them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Global, type SurveyPage, test, viewOf } from "./support/survey_page.ts";

const read = (file: string): string => readFileSync(join(import.meta.dirname, "../..", file), "utf8");

test("the inspector knows every reason by its bit, and the receipt every word in every language", async () => {
  const reasons = [...read("domain/src/reason.rs").matchAll(/=> "(\w+)"/g)].map((it) => it[1]);
  const known = [...(/REASONS = `([^`]*)`/.exec(read("sdk/loader/debug.js"))?.[1] ?? "").matchAll(/^(\w+): /gm)].map((it) => it[1]);
  expect(known).toEqual(reasons);
  const words = read("sdk/loader/receipt-words.js");
  const keys = /KEYS =\s*'([^']*)'/.exec(words)?.[1]?.split(" ") ?? [];
  const languages = [...words.matchAll(/(\w\w): `([^`]*)`/g)];
  expect(languages.map((it) => it[1])).toEqual(["en", "de", "fr", "es"]);
  for (const [, language, lines] of languages) expect(lines?.split("\n"), language).toHaveLength(keys.length);
});

const RECEIPT = {
  mutedUntil: null as string | null,
  declined: false,
  prompts: [
    {
      lease: "l1",
      at: "2026-11-20T10:03:00Z",
      prompt: "nps",
      name: "Relationship NPS",
      kind: "popover",
      page: "/invoices",
      why: "You sent an invoice.",
      outcome: "completed",
      answers: [{ question: "How likely?", answer: "9" }],
    },
    { lease: "l2", at: "2026-11-21T10:03:00Z", prompt: "hesitation", name: "Help", kind: "hint", page: "/invoices", why: "", outcome: "ignored", answers: [] },
  ],
};

/** A collector that keeps what it is told, and may be out of reach. */
async function openReceipt(surveys: SurveyPage, found: object = RECEIPT): Promise<void> {
  await surveys.page.evaluate((found) => {
    const global = globalThis as Global & { calls: unknown[]; kept: typeof found; failure?: { status?: number } };
    global.calls ??= [];
    global.kept = found;
    const call = async (path: string, more?: { days?: number }): Promise<unknown> => {
      global.calls.push([path, more]);
      if (global.failure) throw global.failure;
      const kept = global.kept as { mutedUntil: string | null; declined: boolean; prompts: { answers: unknown[] }[] };
      if (path === "receipt") return kept;
      if (path === "receipt/mute") {
        kept.mutedUntil = more?.days ? "2026-12-29T00:00:00Z" : null;
        kept.declined = false;
        return undefined;
      }
      const erased = kept.prompts.reduce((sum, it) => sum + it.answers.length, 0);
      for (const it of kept.prompts) it.answers = [];
      return { erased };
    };
    return global.milepostReceipt.receipt(global.milepostSurvey.open, call);
  }, found);
}

const calls = (surveys: SurveyPage) => surveys.page.evaluate("calls.splice(0)");

test("a small link in every survey opens what is stored, in front of it, and leads back", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.draw(viewOf("why"));
  await surveys.panel.getByRole("textbox").fill("half a thought");
  await surveys.button("Why am I asked?").click();
  expect(await surveys.said()).toEqual(["shown", "receipt"]);
  await openReceipt(surveys);
  const dialog = page.getByRole("dialog", { name: "What is stored about you here" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("heading", { level: 2 })).toBeFocused();
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await expect(dialog.getByRole("listitem").first()).toContainText("Why: You sent an invoice.");
  await expect(dialog.getByRole("listitem").first()).toContainText("answered");
  await expect(dialog.getByRole("definition")).toHaveText("9");
  // The survey waits, and is held meanwhile.
  expect((await surveys.everythingSaid()).filter((it) => it === "held" || it === "released").at(-1)).toBe("held");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(await surveys.focused()).toBe("survey: Why am I asked?");
  await expect(surveys.panel.getByRole("textbox")).toHaveValue("half a thought");
});

test("muting, taking it back, and erasing only after a second word; each says what it did", async ({ surveys, page }) => {
  await surveys.open();
  await openReceipt(surveys);
  const status = surveys.panel.getByRole("status");
  await surveys.button("30 days").click();
  await expect(status).toHaveText("You will be left alone.");
  await expect(surveys.panel).toContainText("You are asked nothing until");
  await surveys.button("Allow questions again").click();
  await expect(status).toHaveText("Questions are allowed again.");
  await expect(surveys.button("7 days")).toBeVisible();
  expect(await calls(surveys)).toEqual([["receipt", undefined], ["receipt/mute", { days: 30 }], ["receipt", undefined], ["receipt/mute", { days: 0 }], ["receipt", undefined]]);
  await surveys.button("Delete my answers").click();
  expect(await surveys.focused()).toBe("survey: Keep");
  expect(await calls(surveys)).toEqual([]);
  await surveys.button("Delete").click();
  await expect(status).toHaveText("Deleted: 1");
  await expect(surveys.button("Delete my answers")).toHaveCount(0);
  expect(await calls(surveys)).toEqual([["receipt/erase", {}], ["receipt", undefined]]);
  await surveys.button("Close").click();
  await expect(surveys.host).toHaveCount(0);
  await openReceipt(surveys, { mutedUntil: null, declined: true, prompts: [] });
  await expect(surveys.panel).toContainText("You asked not to be asked again.");
  await expect(surveys.panel).toContainText("You were not asked anything yet.");
  await expect(page.getByRole("button", { name: "Delete my answers" })).toHaveCount(0);
});

test("what goes wrong is said in words, and can be tried again", async ({ surveys, page }) => {
  await surveys.open();
  for (const [failure, words] of [
    [{}, "There is no connection."],
    [{ status: 403 }, "This could not be opened: sign in again."],
    [{ status: 503 }, "This did not work. Please try again later."],
  ] as const) {
    await page.evaluate((failure) => Object.assign(globalThis, { failure }), failure);
    await openReceipt(surveys);
    await expect(surveys.panel.getByRole("status")).toHaveText(words);
    await page.evaluate("failure = undefined");
    await surveys.button("Try again").click();
    await expect(surveys.panel.getByRole("listitem")).toHaveCount(2);
    await surveys.button("Close").click();
  }
});

test("it speaks the language of the survey", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.draw(viewOf("why", { lang: "de-CH" }));
  await openReceipt(surveys);
  await expect(page.getByRole("dialog", { name: "Was hier über Sie gespeichert ist" })).toBeVisible();
  await expect(page.getByRole("button", { name: "30 Tage" })).toBeVisible();
});

const TOLD = {
  milestones: ["onboarding/signed-up"],
  hesitation: { score: 812, threshold: 1500, bias: -2000, contributions: [{ feature: "idle", contribution: 2400, measured: 38000, usual: 22000 }, { feature: "help", contribution: 412, measured: 1 }] },
  session: "s1",
  lease: "",
  page: "/invoices",
  prompts: [
    { survey: "nps", surface: "popover", trigger: "message", state: "waiting", reasons: 2 ** 2 + 2 ** 22 + 2 ** 37, quietUntil: 0 },
    { survey: "ideas", surface: "tab", trigger: "", state: "idle", reasons: 0, quietUntil: 0 },
  ],
};

test("the inspector shows what is reached, what hesitation is made of, and each gate in words, and keeps up", async ({ surveys, page }) => {
  await page.clock.install();
  await surveys.open();
  await page.locator("#customer").focus();
  const toggle = () => page.evaluate((told) => {
    const global = globalThis as Global & { told: typeof told; heard?: ((told: object) => void) | undefined };
    global.told = told;
    global.milepostDebug.debug(
      () => global.heard?.(global.told),
      (heard) => {
        global.heard = heard;
        return () => (global.heard = undefined);
      },
    );
  }, TOLD);
  await toggle();
  const inspector = page.getByRole("complementary", { name: "Milepost inspector" });
  await expect(inspector).toContainText("onboarding/signed-up");
  await expect(inspector).toContainText("score 812 of 1500");
  // Largest first, and it adds up.
  await expect(inspector.getByRole("row").filter({ has: page.locator("svg") }).getByRole("rowheader")).toHaveText(["idle", "bias", "help"]);
  const parts = [TOLD.hesitation.bias, ...TOLD.hesitation.contributions.map((it) => it.contribution)];
  expect(parts.reduce((sum, it) => sum + it)).toBe(TOLD.hesitation.score);
  await expect(inspector.getByRole("listitem")).toHaveText([
    "typing: the focus is in a field, or a key was pressed a moment ago",
    "gap: prompted too short a time ago",
    "holdOut: of an experiment's group that is not asked",
  ]);
  await expect(inspector).toContainText("nothing stands against it");
  expect(await surveys.focused()).toBe("customer");
  await page.evaluate("told = { ...told, page: '/pricing' }");
  await page.clock.runFor(1_000);
  await expect(inspector).toContainText("/pricing");
  await page.keyboard.press("Escape");
  await expect(inspector).toHaveCount(0);
  await toggle();
  await toggle();
  await expect(inspector).toHaveCount(0);
});
