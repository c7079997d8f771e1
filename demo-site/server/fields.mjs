// Readers of form fields: each returns a clean value or throws what to tell the person.

import { Refusal } from "./refusal.mjs";

/** The largest amount on one invoice line, in cents. */
const MAX_AMOUNT_CENTS = 100_000_000;
/** An invoice of more lines would not fit its page. */
const MAX_LINES = 20;

/** Applies one reader per field and refuses with all problems at once. */
export function readFields(body, readers) {
  const values = {};
  const problems = {};
  for (const [name, read] of Object.entries(readers)) {
    try {
      values[name] = read(body[name]);
    } catch (problem) {
      if (typeof problem !== "string") throw problem;
      problems[name] = problem;
    }
  }
  if (Object.keys(problems).length > 0) {
    throw new Refusal(422, "Please check the marked fields.", problems);
  }
  return values;
}

export const text = (missing, maxLength = 120) => (given) => {
  const value = typeof given === "string" ? given.trim() : "";
  if (value === "") throw missing;
  if (value.length > maxLength) throw `Please keep this under ${maxLength} characters.`;
  return value;
};

export const email = () => (given) => {
  const value = text("Enter an e-mail address.", 254)(given).toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
    throw "Enter an e-mail address such as mira@studio.example.";
  }
  return value;
};

export const password = () => (given) => {
  if (typeof given !== "string" || given.length < 8) throw "Use at least 8 characters.";
  if (given.length > 200) throw "Please keep this under 200 characters.";
  return given;
};

export const oneOf = (choices, problem) => (given) => {
  if (!choices.includes(given)) throw problem;
  return given;
};

export const wholeNumber = (smallest, largest, problem) => (given) => {
  const value = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  if (!Number.isInteger(value) || value < smallest || value > largest) throw problem;
  return value;
};

/** The lines of an invoice: `[{item, amountCents}]`. */
export const invoiceLines = () => (given) => {
  if (!Array.isArray(given) || given.length === 0) throw "Add at least one line.";
  if (given.length > MAX_LINES) throw `An invoice has at most ${MAX_LINES} lines.`;
  return given.map((line) => ({
    item: text("Say what each line is for.")(line?.item),
    amountCents: wholeNumber(1, MAX_AMOUNT_CENTS, "Each line needs an amount above zero.")(line?.amountCents),
  }));
};
