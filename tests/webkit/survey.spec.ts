// A survey in WebKitGTK, under the strictest policy: roles and names, keys, the page's own elements, and a picture.
// What takes long to ask is asked of Chromium and Firefox, in tests/e2e.
import { expect, test } from "@playwright/test";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Global, serve, STEPS, survey, type View, viewOf } from "../e2e/support/survey_page.ts";
import { WebKit } from "./driver.ts";

const { PNG } = createRequire(import.meta.url)("playwright-core/lib/utilsBundle") as {
  PNG: { sync: { read: (file: Buffer) => { width: number; height: number; data: Uint8Array } } };
};

const IMAGES = join(import.meta.dirname, "../../docs/images");

let webkit: WebKit;
let site: Awaited<ReturnType<typeof serve>>;

test.beforeAll(async () => {
  site = await serve();
  webkit = await WebKit.start();
});

test.afterAll(async () => {
  await webkit?.stop();
  site.server.closeAllConnections();
  site.server.close();
});

/** Opens a page whose shadow roots tests may look into. */
async function open(path = "/"): Promise<void> {
  await webkit.open(site.origin + path);
  await webkit.run(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: "open" });
    };
  });
}

/** Goes through views as the core would. */
const walk = (views: View[]): Promise<void> =>
  webkit.run((views: View[]) => {
    const global = globalThis as Global;
    Object.assign(global, { saidLog: [], views, at: 0 });
    global.show = (view) =>
      global.milepostSurvey.draw(
        view,
        (what, value) => {
          global.saidLog.push(value === undefined ? [what] : [what, value]);
          if (what === 1 || what === 2) global.at++;
          const next = global.views[global.at];
          if ((what === 1 || what === 2) && next) global.show(next);
        },
        global.fetchMore,
      );
    if (views[0]) global.show(views[0]);
  }, views);

/** What was said, but for who was at it. */
const said = (): Promise<[number, string?][]> =>
  webkit.run(() => (globalThis as Global).saidLog.filter(([what]) => what !== 7 && what !== 8));

const focused = (): Promise<string> =>
  webkit.run(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.id || at?.getAttribute("aria-label") || (at as HTMLInputElement)?.labels?.[0]?.textContent || at?.textContent || "";
  });

test("roles and names are those of the other engines", async () => {
  await open();
  const controls = (): Element[] => {
    const panel = document.querySelector("milepost-prompt")?.shadowRoot?.querySelector(".panel");
    return panel ? [panel, ...panel.querySelectorAll("h2, [role], input, textarea, button, a")] : [];
  };
  await walk([viewOf("nps", { canBack: true })]);
  const title = STEPS["nps"]?.title;
  const nps = (await webkit.named(controls)).filter((it) => !it.includes("status"));
  expect(nps).toEqual([
    `dialog ${title}`,
    `heading ${title}`,
    `radiogroup ${title}`,
    ...Array.from({ length: 11 }, (_, at) => `radio ${at} of 10`),
    ...["Back", "Skip", "Next", "Not now", "Don't ask again", "Why am I asked?", "Close"].map((it) => `button ${it}`),
  ]);
  await open();
  await walk([viewOf("multiple")]);
  const boxes = (await webkit.named(controls)).filter((it) => /^(group|checkbox)/.test(it));
  expect(boxes).toEqual([`group ${STEPS["multiple"]?.title}`, "checkbox Reminders", "checkbox Recurring invoices", "checkbox Reports"]);
});

test("keys lead in, through, on and out, choose only when told to, and the focus goes back", async () => {
  await open();
  await webkit.run(() => document.querySelector<HTMLElement>("#customer")?.focus());
  await walk(survey(["nps", "why", "thanks"]));
  expect(await focused()).toBe("customer");
  await webkit.press("F6");
  expect(await focused()).toBe("0 of 10");
  await webkit.press("ArrowRight", "ArrowDown", "ArrowLeft");
  expect(await focused()).toBe("1 of 10");
  await webkit.press("End");
  expect(await focused()).toBe("10 of 10");
  await webkit.press("F6");
  expect(await focused()).toBe("customer");
  await webkit.press("F6", "1", "0", "ArrowLeft");
  expect(await focused()).toBe("9 of 10");
  expect(await said()).toEqual([[0]]);
  await webkit.press("Space", "Tab");
  expect(await focused()).toBe("Skip");
  await webkit.press("Shift+Tab", "Enter");
  expect(await said()).toEqual([[0], [1, "9"]]);
  expect(await focused()).toBe("title");
  await webkit.press("Tab", "f", "a", "s", "t", "Tab", "Tab", "Tab", "Enter");
  expect(await said()).toEqual([[0], [1, "9"], [1, "fast"]]);
  expect(await focused()).toBe("customer");
  await webkit.press("F6", "Escape");
  expect(await said()).toEqual([[0], [1, "9"], [1, "fast"], [4]]);
  expect(await webkit.run(() => document.querySelectorAll("milepost-prompt").length)).toBe(0);
});

test("what few surveys need is fetched under the strictest policy: an element of the page, a tab, stars", async () => {
  const body = encodeURIComponent('<main><h1>Invoices</h1><milepost-survey survey="here"></milepost-survey></main>');
  await open(`/importing?body=${body}`);
  await walk([viewOf("stars", { surface: "tab", tab: "Feedback" })]);
  await webkit.run((view: View) => {
    const { milepostSurvey, fetchMore } = globalThis as Global;
    milepostSurvey.attend((what) => what === 12 && milepostSurvey.draw(view, () => {}, fetchMore), fetchMore);
  }, viewOf("single", { surface: "inline", survey: "here" }));
  const drawn = (): Promise<number[]> =>
    webkit.run(() =>
      [".tab", "milepost-prompt .lit, .stars", ".choice"].map((it) => {
        const hosts = [...document.querySelectorAll("milepost-prompt, milepost-survey")];
        return hosts.flatMap(({ shadowRoot }) => [...(shadowRoot?.querySelectorAll(it) ?? [])]).length;
      }),
    );
  await expect.poll(drawn).toEqual([1, 5, 4]);
});

test("it is painted: in the corner, in its colors, and the scores in one row", async () => {
  await open();
  await walk([viewOf({ ...STEPS["nps"]!, answer: { score: 9 } })]);
  const [panel, primary, tops] = await webkit.run(async () => {
    const panel = document.querySelector("milepost-prompt")?.shadowRoot?.querySelector(".panel") as Element;
    await Promise.all(panel.getAnimations().map((it) => it.finished));
    const box = ({ x, y, width, height }: DOMRect): number[] => [x, y, width, height];
    const tops = [...panel.querySelectorAll(".cell")].map((it) => Math.round(it.getBoundingClientRect().y));
    const primary = panel.querySelector(".primary") as Element;
    return [[...box(panel.getBoundingClientRect()), innerWidth, innerHeight], box(primary.getBoundingClientRect()), tops] as const;
  });
  const [x = 0, y = 0, width = 0, height = 0, windowWidth = 0, windowHeight = 0] = panel;
  expect([windowWidth - x - width, windowHeight - y - height].map(Math.round)).toEqual([16, 16]);
  expect(new Set(tops).size).toBe(1);
  const picture = await webkit.picture();
  const { data, width: across } = PNG.sync.read(picture);
  const at = (x: number, y: number): number[] => [...data.subarray((Math.round(y) * across + Math.round(x)) * 4).subarray(0, 3)];
  expect(at(x + 8, y + height / 2)).toEqual([255, 255, 255]);
  expect(at((primary[0] ?? 0) + 6, (primary[1] ?? 0) + (primary[3] ?? 0) / 2)).toEqual([0x0b, 0x6e, 0x5f]);
  if (process.env["MILEPOST_BLESS"] !== "1") return;
  await mkdir(IMAGES, { recursive: true });
  await writeFile(join(IMAGES, "survey-webkit.png"), picture);
});
