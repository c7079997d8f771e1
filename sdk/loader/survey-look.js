/**
 * The colors of a survey: what the page asks for by `--milepost-*`, made legible. Knows nothing of what is asked.
 *
 * The browser reads the colors, whatever form they are written in; what is too pale or too dark for its place is moved
 * towards black or white until it is not: https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
import { add, sheetOf } from './frame.js';
import { quiet } from './quiet.js';
import { PROBES, sheet } from './survey-style.js';

/** A little above what is asked for, because channels are rounded. */
const TEXT = 4.6;
const SHAPE = 3.1;

/** Paper, ink, soft ink, accent, edge of controls, error: on light and on dark paper. */
const LIGHT = ['ffffff', '17191e', '5a606b', '0b6e5f', '8f959e', 'b3261e'];
const DARK = ['1b1b1f', 'eceef0', 'a2a8b2', '3fb8a4', '757b85', 'f2b8b5'];

const hex = (digits) => [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255);

/** `color(srgb …)` or `rgb(…)`, three numbers up to 1; nothing where it is clear. */
const parsed = (color) => {
  const [red, green, blue, alpha = 1] = (color.match(/-?[\d.]+(e-?\d+)?/g) || []).map(Number);
  const most = color[0] === 'r' ? 255 : 1;
  return alpha && /^(rgb|color\(srgb )/.test(color) && [red, green, blue].map((it) => Math.min(Math.max(it / most, 0), 1));
};

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, but for its foot below 0.04, which makes 0.001 at most. */
const luminance = (color) =>
  color.reduce((sum, it, at) => sum + [0.2126, 0.7152, 0.0722][at] * ((it + 0.055) / 1.055) ** 2.4, 0.05);

const contrast = (one, other) => {
  const ratio = luminance(one) / luminance(other);
  return ratio > 1 ? ratio : 1 / ratio;
};

const mix = (from, to, share) => from.map((it, at) => it + (to[at] - it) * share);

/** Black or white, whichever is clearer on it; 4.58:1 at least. */
const clearest = (on) => {
  const black = [0, 0, 0];
  const white = [1, 1, 1];
  return contrast(black, on) > contrast(white, on) ? black : white;
};

/** The nearest to `color` that contrasts enough with all of `papers`. */
const legible = (color, least, ...papers) => {
  for (let share = 0; share < 1; share += 0.04) {
    const it = mix(color, clearest(papers[0]), share);
    if (papers.every((paper) => contrast(it, paper) >= least)) return it;
  }
  return clearest(papers[0]);
};

/** Names and values for the panel, from what the page has set, the project's accent, and whether paper is dark. */
export const colors = (style, projectAccent, isDark) => {
  const ours = (isDark ? DARK : LIGHT).map(hex);
  if (/^#[\da-f]{6}$/i.test(projectAccent)) ours[3] = hex(projectAccent.slice(1));
  const [paper, ink, soft, accent, edge, error] = PROBES.map(([where], at) => parsed(style.getPropertyValue(where)) || ours[at]);
  const far = clearest(paper);
  /** What can be pressed stands off the paper a little, where there is room for that. */
  let tint = mix(paper, far, 0.04);
  if (contrast(far, tint) < TEXT) tint = paper;
  const rim = legible(accent, SHAPE, paper, tint);
  const all = {
    p: paper,
    i: legible(ink, TEXT, tint, paper),
    s: legible(soft, TEXT, tint, paper),
    a: accent,
    t: clearest(accent),
    r: rim,
    u: clearest(rim),
    e: legible(edge, SHAPE, tint, paper),
    x: legible(error, TEXT, tint, paper),
    n: tint,
  };
  return Object.entries(all).map(([name, color]) => ['--mp-' + name, `rgb(${color.map((it) => Math.round(it * 255))})`]);
};

/**
 * The sheets of one host, what paints it (in its frame, once it is in the page), and what sets one of its lengths.
 */
export const lookOf = (host, accent) => {
  const look = sheetOf('.panel,.tabbed{}');
  const { style } = look.cssRules[0];
  const set = (name, value) => style.setProperty(name, value);
  const paint = ({ panel, root, signal }) => {
    const probe = add(root, 'i', '', 'probe');
    const again = quiet(() => {
      const asked = getComputedStyle(host);
      const wanted = (name) => asked.getPropertyValue('--milepost-' + name).trim();
      const page = document.documentElement;
      const { fontFamily } = getComputedStyle(host.parentElement || page);
      // A page that says which one it is in is believed, else the device.
      const scheme = /^(light|dark)$/.exec(wanted('scheme')) || /^(?:only )?(light|dark)$/.exec(getComputedStyle(page).colorScheme);
      const isDark = scheme ? scheme[0].includes('dark') : device?.matches;
      const font = wanted('font');
      set('color-scheme', isDark ? 'dark' : 'light');
      // Over the page it is as large as ever: https://drafts.csswg.org/css-viewport/#zoom-property
      set('zoom', host.localName === 'milepost-prompt' ? 1 / (host.parentElement?.currentCSSZoom || 1) : 1);
      set('--mp-f', font === 'page' ? fontFamily : font || 'system-ui,sans-serif');
      panel.classList.toggle('start', wanted('position') === 'start');
      for (const [name, color] of colors(getComputedStyle(probe), accent, isDark)) set(name, color);
    });
    const device = quiet(matchMedia)('(prefers-color-scheme:dark)');
    again();
    // Where the device, or the page, says that it is dark now.
    quiet(() => device.addEventListener('change', again, { __proto__: null, signal }))();
    quiet(() => {
      const observer = new MutationObserver(again);
      observer.observe(document.documentElement, { attributes: true });
      signal.addEventListener('abort', () => observer.disconnect());
    })();
  };
  return [[sheet(), look], paint, set];
};
