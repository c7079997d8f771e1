// What the core says of a survey's screen and what the lease says of its texts become one view; what is filled in stays text.
import { expect, test } from "@playwright/test";
import { join } from "node:path";

interface Drawn {
  [key: string]: unknown;
}

type View = (drawn: Drawn) => { step: { title: string; text: string; answer: unknown }; dir: string };

const { view } = (await import(join(import.meta.dirname, "../../sdk/loader/view.js"))) as { view: View };

const step = (more: object): object => ({ id: "s", kind: "long", isRequired: false, title: [], text: [], ...more });

const drawn = (title: unknown[], more: Drawn = {}): Drawn => {
  const scale = step({ kind: "nps" });
  const choice = step({ kind: "multiple", ids: ["price", "speed"], choices: ["The price", "Speed"], other: "Other" });
  const content = { accent: "", words: ["Next"], steps: [step({ title }), scale, choice, step({})] };
  return { surface: "popover", survey: "s", lang: "en", tab: "", step: 0, answers: [null], user: "", account: "", content, ...more };
};

const titleOf = (title: unknown[], more: Drawn = {}): string => view(drawn(title, more)).step.title;

const NAME = [["user", "name"], "you"];

test("answers and traits are filled in, and fall back where nothing is known", () => {
  const why = ["Why ", [1, "that"], ", ", NAME, "?"];
  expect(titleOf(why)).toBe("Why that, you?");
  expect(titleOf(why, { answers: [null, { score: 0 }], user: '{"name":"Ada"}' })).toBe("Why 0, Ada?");
  expect(titleOf([[2, "-"]], { answers: [null, null, { choices: ["speed", "price"], other: "looks" }] })).toBe("Speed, The price, looks");
  expect(titleOf([[2, "-"]], { answers: [null, null, { choices: [], other: "looks" }] })).toBe("looks");
  expect(titleOf([[3, "-"]], { answers: [null, null, null, { text: "slow" }] })).toBe("slow");
  for (const none of [{ passed: true }, { agreed: true }, null]) expect(titleOf([[3, "-"]], { answers: [null, null, null, none] })).toBe("-");
  expect(titleOf([[["account", "owner", "name"], "-"]], { account: '{"owner":{"name":"Bob"}}' })).toBe("Bob");
});

test("only numbers and texts of the person's own are filled in", () => {
  for (const name of ["null", "true", '""', "{}", '["a"]']) expect(titleOf([NAME], { user: `{"name":${name}}` })).toBe("you");
  for (const user of ["", "{", "[]", "null", '"text"', '{"name":"A"} ']) {
    expect(titleOf([NAME], { user })).toBe(user.includes("A") ? "A" : "you");
  }
  for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    expect(titleOf([[["user", key, "name"], "you"]], { user: "{}" })).toBe("you");
  }
});

test("numbers and plurals follow the language", () => {
  const seats = [[["account", "seats"], { one: "# seat of #", few: "# místa", other: "# seats" }]];
  const of = (lang: string, count: number): string => titleOf(seats, { lang, account: `{"seats":${count}}` });
  expect([of("en", 1), of("en", 2), of("cs", 3)]).toEqual(["1 seat of 1", "2 seats", "3 místa"]);
  expect(of("de", 12345)).toBe("12.345 seats");
  // Where nobody knows how many, or the language is none.
  expect(titleOf(seats)).toBe("# seats");
  expect(of("not a language", 1)).toBe("1 seats");
  expect(titleOf([[["account", "seats"], { one: "one" }]], { account: '{"seats":5}' })).toBe("");
});

test("what is filled in is text on one line, short, and never read again", () => {
  const told = (name: string): string => titleOf(["<", NAME, ">"], { user: JSON.stringify({ name }) });
  for (const text of ["{0}<b>", "{user.name}", "$& $1 #", "</script><img src=x onerror=alert(1)>", '"\\']) expect(told(text)).toBe(`<${text}>`);
  expect(told("a\u202eb\u200f\n\t\0\u0085\u2066c")).toBe("<abc>");
  expect(told("\u202e\n")).toBe("<>");
  expect(told("💡".repeat(80))).toBe(`<${"💡".repeat(80)}>`);
  expect(told("💡".repeat(81))).toBe(`<${"💡".repeat(80)}…>`);
  expect(titleOf([[3, "-"]], { answers: [null, null, null, { text: "\u202e#\n{1}" }] })).toBe("#{1}");
});

test("the view is what the survey's module draws", () => {
  const more = { step: 2, order: [1, 0], at: 3, of: 4, lang: "ar-EG", answers: [null, null, { choices: ["speed"] }] };
  const seen = view(drawn([], more));
  expect(seen).toEqual({
    surface: "popover",
    survey: "s",
    lang: "ar-EG",
    dir: "rtl",
    tab: "",
    at: 3,
    of: 4,
    accent: "",
    words: ["Next"],
    step: {
      id: "s",
      kind: "multiple",
      isRequired: false,
      title: "",
      text: "",
      choices: ["The price", "Speed"],
      other: "Other",
      order: [1, 0],
      answer: { choices: [1], other: "" },
    },
  });
  expect(view(drawn([], { answers: [{ text: "x" }] })).step.answer).toEqual({ text: "x" });
  expect(view(drawn([], { answers: [{ passed: true }] })).step.answer).toBe(null);
  expect(view({ surface: "tab", survey: "s", lang: "en", tab: "Feedback" })).toEqual({
    surface: "tab",
    survey: "s",
    lang: "en",
    dir: "ltr",
    tab: "Feedback",
    accent: "",
    step: null,
  });
});
