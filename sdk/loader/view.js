/**
 * What the core says of a survey's screen (`sdk/core/src/prompts/view.rs`) and what the lease says of its texts
 * (`domain/src/compact/presentation.rs`), as the one view that `survey.js` draws.
 *
 * What is filled into a text is never read again: a brace in it is a brace, markup is text.
 */

/** Languages written from right to left: https://www.unicode.org/cldr/charts/latest/supplemental/scripts_and_languages.html */
const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)\b/i;

/** Characters of one filled-in value: a name, not a novel. */
const FILLED_CHARACTERS = 80;

/** Line breaks, other controls, and marks that would turn the rest of the sentence around. */
// eslint-disable-next-line no-control-regex
const UNTAMED = /[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Whatever throws is nothing. */
const attempt = (what) => {
  try {
    return what();
  } catch {
    return undefined;
  }
};

const tame = (text) => {
  const characters = [...text.replace(UNTAMED, '')];
  return characters.slice(0, FILLED_CHARACTERS).join('') + (characters.length > FILLED_CHARACTERS ? '…' : '');
};

/** What was answered at a step, or is known under a path: a number, a text that is not empty, or nothing. */
const found = (source, drawn) => {
  let value;
  if (Array.isArray(source)) {
    const [of, ...path] = source;
    // Of their own: what every object has is nobody's trait.
    value = attempt(() => path.reduce((it, key) => Object.getOwnPropertyDescriptor(it, key).value, JSON.parse(drawn[of])));
  } else {
    const { score, text, choices = [], other } = drawn.answers[source] || {};
    const { ids = [], choices: labels } = drawn.content.steps[source];
    value = score ?? text ?? [...choices.map((it) => labels[ids.indexOf(it)]), other].filter(Boolean).join(', ');
  }
  return typeof value === 'number' || (typeof value === 'string' && value) ? value : undefined;
};

const fill = (parts, drawn) =>
  parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const [source, otherwise] = part;
      const value = found(source, drawn);
      const isNumber = typeof value === 'number';
      const spoken = isNumber && (attempt(() => new Intl.NumberFormat(drawn.lang).format(value)) ?? value);
      if (typeof otherwise === 'string') return isNumber ? spoken : value === undefined ? otherwise : tame(value);
      const category = isNumber && attempt(() => new Intl.PluralRules(drawn.lang).select(value));
      const form = otherwise[category] ?? otherwise.other ?? '';
      return isNumber ? form.replaceAll('#', () => spoken) : form;
    })
    .join('');

export const view = (drawn) => {
  const { content, answers, order, step: at, user, account, ...rest } = drawn;
  rest.dir = RIGHT_TO_LEFT.test(rest.lang) ? 'rtl' : 'ltr';
  if (!content) return { ...rest, accent: '', step: null };
  const { ids, ...step } = content.steps[at];
  const { passed, choices, other = '', ...answer } = answers[at] || { passed: true };
  const chosen = choices && { choices: choices.map((it) => ids.indexOf(it)), other };
  const [title, text] = [step.title, step.text].map((it) => fill(it, drawn));
  return {
    ...rest,
    accent: content.accent,
    words: content.words,
    step: { ...step, title, text, order, answer: passed ? null : chosen || answer },
  };
};
