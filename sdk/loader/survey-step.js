/**
 * One screen of a survey: its texts and controls. Knows how an answer is read off them, not what it means or what comes next.
 */
import { add, lead } from './frame.js';
import { rove, scale } from './survey-scale.js';

const SCALES = 'nps csat ces rating';
/** Where the words stand in a view. */
const PROGRESS = 9;

/** `3 of 7`, in the words and digits of the survey. */
export const progress = ({ words, lang }, at, of) => {
  const digits = (number) => {
    try {
      return number.toLocaleString(lang);
    } catch {
      return `${number}`;
    }
  };
  return words[PROGRESS].replace('{at}', digits(at)).replace('{of}', digits(of));
};

/** An answer as it is told: `9`, `0,2` and the other one on a line of its own, or the text. */
export const written = (answer) => {
  const { score, choices, other, text, agreed } = answer || {};
  if (choices) return choices.join() + (other ? '\n' + other : '');
  return `${score ?? text ?? (agreed ? 1 : '')}`;
};

/**
 * Draws it into `body`. `value` is what stands in the controls; `tell` has what happens at once: `pointed`, a scale was
 * chosen by pointer; `agreed`, the box was ticked or not; `followed`, the link was.
 */
export const drawStep = (it, view, value, tell) => {
  const { body, on } = it;
  const { step, words, lang } = view;
  const { kind, text, isRequired, placeholder, maxLength, url, contact, order = [], choices = [], other } = step;
  const isWritten = kind === 'short' || kind === 'long';
  const isScale = SCALES.split(' ').includes(kind);
  const described = [];
  let inputs = [];
  let read = () => '';
  let group;

  const describe = (element, id) => {
    element.id = id;
    described.push(id);
    return element;
  };

  const title = add(body, 'h2', step.title, 'title');
  title.id = 'title';
  title.tabIndex = -1;
  if (text) describe(add(body, 'p', text, 'text'), 'text');

  if (isWritten) {
    group = add(body, kind === 'long' ? 'textarea' : 'input', '', 'field');
    if (kind === 'short') group.type = 'text';
    group.maxLength = maxLength;
    group.placeholder = placeholder;
    group.value = value;
    group.required = isRequired;
    inputs = [group];
    read = () => group.value.trim() && group.value;
  }

  if (isScale) {
    group = add(body, 'div', '', 'scale');
    const { from, to, low, high } = step;
    const digits = (number) => progress({ words: { [PROGRESS]: '{at}' }, lang }, number);
    inputs = scale(group, step, value, digits, (at, of) => progress(view, at, of));
    it.tune('--mp-m', inputs.length);
    it.tune('--mp-half', Math.ceil(inputs.length / (inputs.length > 6 ? 2 : 1)));
    if (low || high) {
      const ends = add(body, 'div', '', 'ends');
      describe(add(ends, 'span', low && `${digits(from)} = ${low}`), 'low');
      describe(add(ends, 'span', high && `${digits(to)} = ${high}`), 'high');
    }
    // A real press, not one that a screen reader makes.
    let isPointed;
    on(group, 'pointerdown', ({ pressure }) => (isPointed = pressure));
    on(group, 'keydown', () => (isPointed = 0));
    on(group, 'click', ({ target }) => isPointed && target.checked && tell.pointed());
    read = () => inputs.find((it) => it.checked)?.value || '';
  }

  const tick = (to, label, type, name) => {
    const row = add(to, 'label', '', type === 'radio' ? 'choice' : 'choice many');
    const input = add(row, 'input');
    input.type = type;
    input.name = name;
    add(row, 'span', label);
    return input;
  };

  if (choices.length) {
    group = add(body, 'div', '', 'choices');
    const type = kind === 'single' ? 'radio' : 'checkbox';
    const [chosen, ...rest] = value.split('\n');
    const isChosen = (at) => chosen.split(',').includes(`${at}`);
    const boxes = order.map((at) => {
      const input = tick(group, choices[at], type, 'choice');
      input.checked = isChosen(at);
      return input;
    });
    inputs = [...boxes];
    let field;
    if (other) {
      const box = tick(group, other, type, 'choice');
      field = add(group, 'input', '', 'field');
      field.type = 'text';
      field.maxLength = maxLength || 400;
      field.ariaLabel = other;
      field.value = rest.join('\n');
      box.checked = !!field.value;
      inputs.push(box);
      const show = () => (field.hidden = !box.checked);
      show();
      on(group, 'change', show);
    }
    read = () => {
      const picked = order.filter((_, at) => boxes[at].checked).sort((a, b) => a - b).join();
      const own = field && !field.hidden && field.value.trim();
      return picked + (own ? '\n' + own : '');
    };
    if (field) inputs.field = field;
  }

  let error;
  if (group) {
    error = describe(add(body, 'p', '', 'error'), 'error');
    group.setAttribute('aria-labelledby', 'title');
    if (described[1]) group.setAttribute('aria-describedby', described.join(' '));
    if (!isWritten) {
      const isOne = inputs[0].type === 'radio';
      group.setAttribute('role', isOne ? 'radiogroup' : 'group');
      if (isOne) {
        rove(inputs, on, view.dir === 'rtl');
        if (isRequired) group.setAttribute('aria-required', true);
      }
    }
  }

  if (contact) {
    const box = tick(add(body, 'div', '', 'choices'), contact, 'checkbox', 'contact');
    box.checked = value === '1';
    read = () => (box.checked ? '1' : '0');
    on(box, 'change', () => tell.agreed(read()));
    inputs.push(box);
  }

  return {
    title,
    read,
    isScale,
    /** What takes the focus first. */
    first: inputs.find((it) => !it.tabIndex),
    /** The link, as a button among `nav`. */
    addLink: (nav) => {
      if (!url) return;
      const link = add(nav, 'a', step.label, 'primary');
      lead(link, url);
      on(link, 'click', () => tell.followed(url));
      return link.parentNode && link;
    },
    /** Says that something is missing, and leads there. */
    fail: () => {
      const { field } = inputs;
      const missing = field && !field.hidden ? field : inputs.find((it) => !it.tabIndex);
      const marked = isWritten || inputs[0].type === 'radio' ? group : missing;
      marked.setAttribute('aria-invalid', true);
      marked.setAttribute('aria-describedby', described.join(' '));
      error.textContent = words[8];
      missing.focus();
    },
  };
};
