/**
 * One of several, as radio buttons: moved through by arrows, chosen by Space, Enter or a pointer. Decides nothing.
 *
 * The browser's own arrows would choose as they go, and a choice is what leads on.
 */
import { add } from './frame.js';

const SVG = 'http://www.w3.org/2000/svg';

const shape = (to, tag, attributes) => {
  const it = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
  to.append(it);
  return it;
};

/** A star, or a face that smiles by `mood` from -1 to 1. */
const picture = (to, isStar, mood) => {
  const svg = shape(to, 'svg', { viewBox: '0 0 32 32', 'aria-hidden': true });
  if (isStar) return shape(svg, 'path', { d: 'm16 4 3.6 8 8.4 1-6.2 5.9 1.6 8.6-7.4-4.2-7.4 4.2 1.6-8.6L4 13l8.4-1z' });
  shape(svg, 'circle', { cx: 16, cy: 16, r: 13 });
  shape(svg, 'path', { d: `M11.5 12v1m9-1v1M10 ${21 - mood * 1.5}q6 ${mood * 6} 12 0` });
};

/** One Tab stop for all of them. */
export const rove = (inputs, on, isMirrored) => {
  const stopAt = (stop) => inputs.forEach((it, at) => (it.tabIndex = at === stop ? 0 : -1));
  stopAt(Math.max(inputs.findIndex((it) => it.checked), 0));
  inputs.forEach((it, at) => {
    const next = isMirrored ? -1 : 1;
    on(it, 'focus', () => stopAt(at));
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

/** Radios from `from` to `to` in `group`; `named(score, to)` is how each is called. */
export const scale = (group, { shape, from, to }, value, digits, named) => {
  const cells = [];
  const light = () => cells.forEach(([cell], at) => cell.classList.toggle('lit', shape === 'stars' && cells.slice(at).some(([, it]) => it.checked)));
  for (let score = from; score <= to; score++) {
    const cell = add(group, 'label', '', 'cell ' + shape);
    const input = add(cell, 'input');
    const face = add(cell, 'span');
    input.type = 'radio';
    input.name = 'score';
    input.value = score;
    input.checked = value === input.value;
    input.ariaLabel = named(score, to);
    if (shape === 'numbers') face.textContent = digits(score);
    else picture(face, shape === 'stars', to > from ? ((score - from) / (to - from)) * 2 - 1 : 1);
    input.onchange = light;
    cells.push([cell, input]);
  }
  light();
  return cells.map(([, input]) => input);
};
