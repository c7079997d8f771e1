// What the page may change of a survey's looks (L2), every size of window (L4), every direction and length of words (L5),
// and pictures of it all for the documentation.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, STEPS, type SurveyPage, test, type View, viewOf, WORDS } from "./support/survey_page.ts";
import { takePicture } from "./support/take_picture.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const sources = ["survey-style.js", "survey-more-style.js", "survey-look.js", "survey.js", "tab.js"].map((it) => read(`sdk/loader/${it}`)).join("\n");

test("L2: the custom properties that are read are those that are documented, and at most 25", () => {
  const documented = [...read("docs/reference/survey-look.md").matchAll(/^\| `--milepost-([a-z-]+)`/gm)].map((it) => it[1]).sort();
  const named = [...sources.matchAll(/var\(--milepost-([a-z-]+)/g), ...sources.matchAll(/wanted\('([a-z-]+)'\)/g)].map((it) => it[1]);
  // The probe's are written by their ends.
  const probed = [...sources.matchAll(/'[a-z-]+-color', '([a-z-]+)'/g)].map((it) => it[1]);
  expect(probed.length).toBe(6);
  expect([...new Set([...named, ...probed])].sort()).toEqual(documented);
  expect(documented.length).toBeLessThanOrEqual(25);
});

test("L2: the parts that are documented are there", async ({ surveys, page }) => {
  const documented = [...read("docs/reference/survey-look.md").matchAll(/^\| `::part\(([a-z]+)\)`/gm)].map((it) => it[1] ?? "");
  expect(documented.length).toBeGreaterThan(8);
  await surveys.open();
  const seen = new Set<string>();
  for (const name of Object.keys(STEPS)) {
    await surveys.draw(viewOf(name, { canBack: true, tab: "Feedback", surface: "tab" }));
    for (const part of await page.locator("[part]").evaluateAll((all) => all.flatMap((it) => [...it.part]))) seen.add(part);
    await surveys.clear();
  }
  expect(documented.filter((it) => !seen.has(it))).toEqual([]);
});

test("L5: no length of ours is left or right: a survey is mirrored by its direction alone", () => {
  for (const file of ["survey-style.js", "survey-more-style.js", "debug.js"]) {
    const rules = read(`sdk/loader/${file}`);
    expect(rules.match(/\b(left|right)\s*:|-(left|right)\b|\b(margin|padding|border)-(top|bottom)\b|[{;](width|height|top|bottom)\s*:/g), file).toBeNull();
  }
});

/** Sets properties for the whole page. */
const theme = (surveys: SurveyPage, css: string): Promise<void> =>
  surveys.page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, css);

test("L2: properties and parts do what they say", async ({ surveys }) => {
  await surveys.open();
  await theme(
    surveys,
    `:root{--milepost-paper:#fdf6e3;--milepost-accent:#268bd2;--milepost-radius:4px;--milepost-control-radius:2px;--milepost-font:Georgia,serif;--milepost-font-size:18px;--milepost-width:30em;--milepost-space:12px;--milepost-offset:40px;--milepost-border:3px;--milepost-position:start}
     milepost-prompt::part(title){letter-spacing:2px}`,
  );
  await surveys.draw(viewOf("nps"));
  const { panel } = surveys;
  await expect(panel).toHaveCSS("background-color", "rgb(253, 246, 227)");
  await expect(surveys.button("Next")).toHaveCSS("background-color", "rgb(38, 139, 210)");
  await expect(panel).toHaveCSS("border-radius", "4px");
  await expect(panel).toHaveCSS("border-top-width", "3px");
  await expect(panel).toHaveCSS("font-family", "Georgia, serif");
  await expect(panel).toHaveCSS("font-size", "18px");
  await expect(panel).toHaveCSS("padding-top", "30px");
  await expect(surveys.title).toHaveCSS("letter-spacing", "2px");
  const box = (await panel.boundingBox())!;
  expect([Math.round(box.x), Math.round(box.width)]).toEqual([40, 540]);
  await surveys.clear();
  // The page's own font, and its idea of dark, also when it changes its mind.
  await theme(surveys, ":root{font-family:monospace;color-scheme:light;--milepost-font:page}:root.dark{color-scheme:dark}");
  await surveys.draw(viewOf("nps"));
  await expect(panel).toHaveCSS("font-family", "monospace");
  await expect(panel).toHaveCSS("background-color", "rgb(255, 255, 255)");
  await surveys.page.evaluate(() => document.documentElement.classList.add("dark"));
  await expect(panel).toHaveCSS("background-color", "rgb(27, 27, 31)");
  await surveys.clear();
  await theme(surveys, ":root{--milepost-scheme:light}");
  await surveys.draw(viewOf("nps", { accent: "#ff0000" }));
  await expect(panel).toHaveCSS("background-color", "rgb(255, 255, 255)");
  await expect(surveys.button("Next")).toHaveCSS("background-color", "rgb(255, 0, 0)");
});

test("L4: from 320 to 1920 px it is in the window, on phones along its lower edge, at most half of it", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.draw(viewOf("nps"));
  for (const [width, height] of [[320, 568], [360, 740], [414, 896], [480, 800], [481, 800], [768, 1024], [1024, 768], [1440, 900], [1920, 1080]] as const) {
    await page.setViewportSize({ width, height });
    await surveys.frames();
    const box = (await surveys.panel.boundingBox())!;
    expect(box.x, `${width}`).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, `${width}`).toBeLessThanOrEqual(width + 0.5);
    expect(box.height, `${width}`).toBeLessThanOrEqual(height / 2 + 0.5);
    const gap = height - box.y - box.height;
    expect(Math.round(gap), `${width}`).toBe(width <= 480 ? 0 : 16);
    if (width <= 480) expect(Math.round(box.width)).toBe(width);
  }
  await surveys.draw(viewOf("short"));
  expect(await surveys.panel.getByRole("textbox").evaluate((it) => parseFloat(getComputedStyle(it).fontSize))).toBeGreaterThanOrEqual(16);
});

test("L4: with a phone's keyboard open it stands above it, and the field one types in is seen", async ({ surveys, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.addInitScript(() => {
    const view = new EventTarget();
    Object.assign(view, { height: 844, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, "visualViewport", { value: view });
  });
  await surveys.open();
  await surveys.draw(viewOf({ ...STEPS["why"]!, text: "A long text. ".repeat(60) }));
  await page.keyboard.press("F6");
  // What a keyboard of 500 px does.
  await page.evaluate(() => {
    Object.assign(window.visualViewport as object, { height: 344 });
    window.visualViewport?.dispatchEvent(new Event("resize"));
  });
  const panel = (await surveys.panel.boundingBox())!;
  const field = (await surveys.panel.getByRole("textbox").boundingBox())!;
  expect(panel.y).toBeGreaterThanOrEqual(0);
  expect(panel.y + panel.height).toBeLessThanOrEqual(344);
  expect(field.y).toBeGreaterThanOrEqual(panel.y);
  expect(field.y + field.height).toBeLessThanOrEqual(344);
});

const words = (...own: string[]): string[] => WORDS.map((it, at) => own[at] ?? it);

/** What a survey says in other languages; the last is English half as long again, in other letters. */
const LANGUAGES: [lang: string, dir: string, title: string, text: string, low: string, high: string, words: string[]][] = [
  ["ar", "rtl", "ما مدى احتمال أن توصي زميلاً بهذا المنتج؟", "إجابتك تصل إلى من يبنيه.", "غير محتمل", "محتمل جداً", words("التالي", "رجوع", "تخطٍّ", "إرسال", "ليس الآن", "لا تسألني مجدداً", "إغلاق", "لماذا أُسأل؟", "أجب عن هذا أولاً.", "{at} من {of}")],
  ["he", "rtl", "מה הסיכוי שתמליץ על המוצר לעמית?", "התשובה מגיעה למי שבונה אותו.", "לא סביר", "סביר מאוד", words("הבא", "חזרה", "דילוג", "שליחה", "לא עכשיו", "אל תשאלו שוב", "סגירה", "למה שואלים אותי?", "נא לענות על זה תחילה.", "{at} מתוך {of}")],
  ["th", "ltr", "คุณมีแนวโน้มจะแนะนำผลิตภัณฑ์นี้ให้เพื่อนร่วมงานมากน้อยเพียงใด", "คำตอบของคุณส่งถึงผู้พัฒนา", "ไม่แนะนำ", "แนะนำอย่างยิ่ง", words("ถัดไป", "ย้อนกลับ", "ข้าม", "ส่ง", "ไว้ก่อน", "ไม่ต้องถามอีก", "ปิด", "ทำไมถึงถามฉัน", "กรุณาตอบข้อนี้ก่อน", "{at} จาก {of}")],
  ["de", "ltr", "Wie wahrscheinlich ist es, dass Sie die Rechnungsverwaltungssoftware weiterempfehlen?", "Ihre Antwort geht an die Entwicklungsabteilung.", "Sehr unwahrscheinlich", "Sehr wahrscheinlich", words("Weiter", "Zurück", "Überspringen", "Absenden", "Nicht jetzt", "Nicht mehr fragen", "Schließen", "Warum werde ich gefragt?", "Bitte beantworten Sie dies zuerst.", "{at} von {of}")],
  ["ja", "ltr", "この製品を同僚に勧める可能性はどのくらいありますか？", "回答は開発チームに届きます。", "勧めない", "強く勧める", words("次へ", "戻る", "スキップ", "送信", "今はしない", "今後表示しない", "閉じる", "なぜ聞かれるのですか？", "先にこちらにお答えください。", "{of}問中{at}問目")],
  ["en-XA", "ltr", "[Ĥöŵ ļîķéļý åŕé ýöû ţö ŕéçöɱɱéñð Ļéðĝéŕļý ţö å çöļļéåĝûé? one two three four five]", "[Ýöûŕ åñšŵéŕ ĝöéš ţö ţĥé þéöþļé ŵĥö ƀûîļð îţ. one two three]", "[Ñöţ ļîķéļý åţ åļļ one two]", "[Éхţŕéɱéļý ļîķéļý one two]", WORDS.map((it) => (it.includes("{") ? it : `[${it} ~~~~]`))],
];

const speaking = ([lang, dir, title, text, low, high, words]: (typeof LANGUAGES)[number]): View =>
  viewOf({ ...STEPS["nps"]!, title, text, low, high }, { lang, dir, words, at: 2, canBack: true });

test("L5: in other scripts, directions and lengths nothing is cut, and rows run where writing does", async ({ surveys, page }) => {
  await surveys.open();
  for (const size of [{ width: 320, height: 1200 }, { width: 1280, height: 1200 }]) {
    await page.setViewportSize(size);
    for (const language of LANGUAGES) {
      const [lang, dir] = language;
      await surveys.draw(speaking(language));
      const seen = await surveys.panel.evaluate((panel) => {
        const cells = [...panel.querySelectorAll(".cell")].map((it) => it.getBoundingClientRect().x);
        const wide = [panel, ...panel.querySelectorAll("*:not(.unseen)")].filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth && it.localName !== "input");
        return { first: cells[0] ?? 0, second: cells[1] ?? 0, wide: wide.map((it) => it.outerHTML), lang: (panel as HTMLElement).lang, close: panel.querySelector(".close")?.getBoundingClientRect().x ?? 0, middle: panel.getBoundingClientRect().x + panel.clientWidth / 2 };
      });
      expect(seen.wide, lang).toEqual([]);
      expect(seen.lang).toBe(lang);
      expect(seen.second > seen.first, lang).toBe(dir === "ltr");
      expect(seen.close > seen.middle, lang).toBe(dir === "ltr");
      await surveys.clear();
    }
  }
});

const PICTURES: [name: string, view: View, dark: boolean, size: { width: number; height: number }][] = [
  ["survey-look-light", viewOf({ ...STEPS["nps"]!, answer: { score: 9 } }, { at: 1, of: 3 }), false, { width: 760, height: 620 }],
  ["survey-look-dark", viewOf({ ...STEPS["single"]!, answer: { choices: [0] } }, { at: 2, of: 3, canBack: true, canSkip: false }), true, { width: 760, height: 760 }],
  ["survey-look-phone", viewOf({ ...STEPS["csat"]!, answer: { score: 4 } }, { at: 1, of: 2 }), false, { width: 390, height: 700 }],
  ["survey-look-rtl", speaking(LANGUAGES[0]!), false, { width: 760, height: 680 }],
];

test("as it looks: in six languages, none cut", async ({ inMedia, browserName }) => {
  test.skip(browserName === "firefox", "one picture");
  const surveys = await inMedia({});
  await surveys.open({ body: `<main><h1>Invoices</h1>${LANGUAGES.map(([lang]) => `<milepost-survey survey="${lang}"></milepost-survey>`).join("")}</main>` });
  await theme(surveys, "body{margin:0;background:#f6f7f9}h1{display:none}main{display:grid;grid-template-columns:repeat(3,1fr);align-items:start;gap:24px;padding:24px}");
  await surveys.attend();
  for (const language of LANGUAGES) await surveys.draw({ ...speaking(language), surface: "inline", survey: language[0] });
  await expect(surveys.panel).toHaveCount(LANGUAGES.length);
  await surveys.page.setViewportSize({ width: 1240, height: 1 });
  // As high as it has to be with this machine's fonts.
  const height = await surveys.page.evaluate(() => document.documentElement.scrollHeight);
  await surveys.page.setViewportSize({ width: 1240, height });
  for (const panel of await surveys.panel.all()) await expect(panel).toBeInViewport({ ratio: 1 });
  await takePicture(surveys.page, "survey-look-languages");
});

for (const [name, view, dark, size] of PICTURES) {
  test(`as it looks: ${name}`, async ({ inMedia, browserName }) => {
    test.skip(browserName === "firefox", "one picture each");
    const surveys = await inMedia({ dark });
    await surveys.page.setViewportSize(size);
    await surveys.open({ dir: view.dir });
    await theme(surveys, `body{font:16px/1.5 system-ui;margin:0;padding:24px;${dark ? "background:#0e0f12;color:#e8eaee" : "background:#f6f7f9;color:#17191e"}}a{color:inherit}input,button{font:inherit;padding:6px 10px}`);
    await surveys.draw(view);
    await surveys.settled();
    await expect(surveys.panel).toBeInViewport({ ratio: 1 });
    await takePicture(surveys.page, name);
  });
}
