/**
 * One of several, as radio buttons: moved through by arrows, chosen by Space, Enter or a pointer. Decides nothing.
 *
 * The browser's own arrows would choose as they go, and a choice is what leads on.
 */
import { add, mark } from './frame.js';

/** One Tab stop for all of them. */
export const rove = (inputs, on, isMirrored) => {
  const stopAt = (stop) => inputs.forEach((it) => (it.tabIndex = it === stop ? 0 : -1));
  stopAt(inputs.find((it) => it.checked) || inputs[0]);
  const next = isMirrored ? -1 : 1;
  inputs.forEach((it, at) => {
    on(it, 'focus', () => stopAt(it));
    on(it, 'keydown', (event) => {
      const { key } = event;
      const called = (name) => inputs.find((it) => it.value === name);
      const to = { ArrowRight: at + next, ArrowLeft: at - next, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
      // Digits lead to their score, one after the other to 10.
      const wanted = to === undefined ? called(it.value + key) || called(key) : inputs.at(to % inputs.length);
      if (!wanted || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      wanted.focus();
    });
  });
};

/** Radios from `from` to `to` in `group`, each before its face; `named(score, to)` is how one is called. */
export const scale = (group, { shape, from, to }, value, digits, named) => {
  const inputs = [];
  for (let score = from; score <= to; score++) {
    const cell = add(group, 'label', '', 'cell ' + shape);
    const input = mark(add(cell, 'input'), { type: 'radio', name: 'score', value: score, 'aria-label': named(score, to) });
    input.checked = value === input.value;
    inputs.push(input);
    add(cell, 'span', digits(score));
  }
  return inputs;
};
