/**
 * Controls that few steps have: choices, stars and faces, the box to be contacted, links. Decides nothing.
 */
import { add, lead, mark } from './frame.js';
import { sheet } from './survey-more-style.js';

const SVG = 'http://www.w3.org/2000/svg';

/** The longest answer in somebody's own words, where the view names none. */
const OTHER_LENGTH = 400;

let ours;

/** Has them look like something in `root`. */
export const dress = (root) => {
  ours ||= sheet();
  const worn = root.adoptedStyleSheets;
  if (![...worn].includes(ours)) root.adoptedStyleSheets = [...worn, ours];
};

const shape = (to, tag, attributes) => {
  const it = mark(document.createElementNS(SVG, tag), attributes);
  to.append(it);
  return it;
};

/** A star, or a face that smiles by `mood` from -1 to 1. */
const drawPicture = (to, isStar, mood) => {
  const svg = shape(to, 'svg', { viewBox: '0 0 32 32', 'aria-hidden': true });
  if (isStar) return shape(svg, 'path', { d: 'm16 4 3.6 8 8.4 1-6.2 5.9 1.6 8.6-7.4-4.2-7.4 4.2 1.6-8.6L4 13l8.4-1z' });
  shape(svg, 'circle', { cx: 16, cy: 16, r: 13 });
  shape(svg, 'path', { d: `M11.5 12v1m9-1v1M10 ${21 - mood * 1.5}q6 ${mood * 6} 12 0` });
};

/** Puts pictures in the places of the numbers of a scale; stars shine up to the one that is chosen. */
export const drawPictures = (inputs, { shape }) => {
  const isStars = shape === 'stars';
  const light = () => inputs.forEach((it, at) => it.parentNode.classList.toggle('lit', isStars && inputs.slice(at).some((it) => it.checked)));
  const last = inputs.length - 1;
  inputs.forEach((it, at) => {
    const face = it.nextSibling;
    face.textContent = '';
    drawPicture(face, isStars, last ? (at / last) * 2 - 1 : 1);
    it.onchange = light;
  });
  light();
};

const tick = (to, label, type, name) => {
  const row = add(to, 'label', '', type === 'radio' ? 'choice' : 'choice many');
  const input = mark(add(row, 'input'), { type, name });
  add(row, 'span', label);
  return input;
};

/** One of several, or some, in `group`, with `value` chosen: the controls, how they are read, and the field beside them. */
export const drawChoices = ({ on }, group, { kind, order, choices, other, maxLength }, value) => {
  const type = kind === 'single' ? 'radio' : 'checkbox';
  const [chosen, ...rest] = value.split('\n');
  const boxes = order.map((at) => {
    const input = tick(group, choices[at], type, 'choice');
    input.checked = chosen.split(',').includes(`${at}`);
    return input;
  });
  const inputs = [...boxes];
  let field;
  if (other) {
    const box = tick(group, other, type, 'choice');
    field = mark(add(group, 'input', '', 'field'), { type: 'text', maxlength: maxLength || OTHER_LENGTH, 'aria-label': other });
    field.value = rest.join('\n');
    box.checked = !!field.value;
    inputs.push(box);
    const show = () => (field.hidden = !box.checked);
    show();
    on(group, 'change', show);
  }
  const read = () => {
    const picked = order.filter((_, at) => boxes[at].checked).sort((a, b) => a - b).join();
    const own = field && !field.hidden && field.value.trim();
    return picked + (own ? '\n' + own : '');
  };
  return [inputs, read, field];
};

/** The box by which somebody may be contacted, and how it is read. */
export const askContact = ({ body, on }, contact, value, agreed) => {
  const box = tick(add(body, 'div', '', 'choices'), contact, 'checkbox', 'contact');
  const read = () => (box.checked ? '1' : '0');
  box.checked = value === '1';
  on(box, 'change', () => agreed(read()));
  return [[box], read];
};

/** A step's link, as a button among `nav`; nothing where it leads nowhere. */
export const addLink = ({ on }, nav, { label, url }, followed) => {
  const link = add(nav, 'a', label, 'primary');
  lead(link, url);
  on(link, 'click', () => followed(url));
  return link.parentNode && link;
};
