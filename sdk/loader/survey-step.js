/**
 * One screen of a survey: its texts and controls. Knows how an answer is read off them, not what it means or what comes next.
 */
import { add, mark } from './frame.js';
import { rove, scale } from './survey-scale.js';

/** Whether only `survey-more.js` can draw it. */
export const needsMore = ({ shape, choices, url, contact }) => (shape && shape !== 'numbers') || choices || url || contact;

/** Languages that may have digits of their own, by CLDR. What a browser knows of numbers costs it a frame or two to load. */
const OWN_DIGITS = /^(ar|as|bgc|bho|bn|ccp|ckb|dz|fa|ff|ks|lrc|mni|mr|my|mzn|ne|nqo|pa|ps|raj|rhg|sa|sat|sd|ur|uz)\b|-u-/i;

/** A number in the digits of the survey. */
const digits = ({ lang }, number) => {
  if (!OWN_DIGITS.test(lang)) return number;
  try {
    return number.toLocaleString(lang);
  } catch {
    return number;
  }
};

/** `3 of 7`, in the words and digits of the survey. */
export const progress = (view, at, of) => view.words[9].replace('{at}', digits(view, at)).replace('{of}', digits(view, of));

/** An answer as it is told: `9`, `0,2` and the other one on a line of its own, or the text. */
export const written = (answer) => {
  const { score, choices, other, text, agreed } = answer || {};
  if (choices) return choices.join() + (other ? '\n' + other : '');
  return `${score ?? text ?? (agreed ? 1 : '')}`;
};

/**
 * Draws it into `body`. `value` is what stands in the controls; `tell` has what happens at once: `pointed`, a scale was
 * chosen by pointer; `agreed`, the box was ticked or not; `followed`, the link was. `more` draws what is seldom there.
 */
export const drawStep = (it, view, value, tell, more) => {
  const { body, on } = it;
  const { step, words } = view;
  const { kind, text, isRequired, shape, from, to, low, high, choices, url, contact } = step;
  const isLong = kind === 'long';
  const isWritten = isLong || kind === 'short';
  const described = [];
  let inputs = [];
  let read = () => '';
  let group;
  /** The field beside choices. */
  let field;

  const describe = (to, tag, text, id) => {
    described.push(id);
    return mark(add(to, tag, text, id), { id });
  };

  const title = mark(add(body, 'h2', step.title, 'title'), { id: 'title', tabindex: -1 });
  if (text) describe(body, 'p', text, 'text');

  if (isWritten) {
    const { placeholder, maxLength } = step;
    group = mark(add(body, isLong ? 'textarea' : 'input', '', 'field'), isLong ? {} : { type: 'text' });
    Object.assign(group, { placeholder, maxLength, value, required: isRequired });
    inputs = [group];
    read = () => group.value.trim() && group.value;
  }

  if (shape) {
    group = add(body, 'div', '', 'scale');
    inputs = scale(group, step, value, (at) => digits(view, at), (at, of) => progress(view, at, of));
    if (shape !== 'numbers') more.drawPictures(inputs, step);
    it.tune('--mp-m', inputs.length);
    it.tune('--mp-half', Math.ceil(inputs.length / (inputs.length > 6 ? 2 : 1)));
    if (low || high) {
      const ends = add(body, 'div', '', 'ends');
      describe(ends, 'span', low && `${digits(view, from)} = ${low}`, 'low');
      describe(ends, 'span', high && `${digits(view, to)} = ${high}`, 'high');
    }
    // A real press, not one that a screen reader makes.
    let isPointed;
    on(group, 'pointerdown', ({ pressure }) => (isPointed = pressure));
    on(group, 'keydown', () => (isPointed = 0));
    on(group, 'click', ({ target }) => isPointed && target.checked && tell.pointed());
    read = () => inputs.find((it) => it.checked)?.value || '';
  }

  if (choices) {
    group = add(body, 'div', '', 'choices');
    [inputs, read, field] = more.drawChoices(it, group, step, value);
  }

  const isOne = inputs[0]?.type === 'radio';
  let error;
  if (group) {
    error = describe(body, 'p', '', 'error');
    mark(group, { 'aria-labelledby': 'title' });
    if (described[1]) mark(group, { 'aria-describedby': described.join(' ') });
    if (!isWritten) mark(group, { role: isOne ? 'radiogroup' : 'group' });
    if (isOne) {
      rove(inputs, on, view.dir === 'rtl');
      if (isRequired) mark(group, { 'aria-required': true });
    }
  }

  if (contact) [inputs, read] = more.askContact(it, contact, value, tell.agreed);

  /** What takes the focus first. */
  const first = inputs.find((it) => !it.tabIndex);
  return {
    title,
    read,
    first,
    /** The link, as a button among `nav`. */
    addLink: (nav) => url && more.addLink(it, nav, step, tell.followed),
    /** Says that something is missing, and leads there. */
    fail: () => {
      const missing = field && !field.hidden ? field : inputs.find((it) => !it.tabIndex);
      mark(isWritten || isOne ? group : missing, { 'aria-invalid': true, 'aria-describedby': described.join(' ') });
      error.textContent = words[8];
      missing.focus();
    },
  };
};
