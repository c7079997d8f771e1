/**
 * How the question looks. Knows nothing of what it says.
 *
 * A constructed sheet is the one kind of style that `style-src 'none'` lets through, and inside a shadow root
 * `:host` with `!important` is the one kind of rule that a page cannot overrule.
 * Lengths of text are in `em` of the visitor's own font size, which `all: initial` brings back.
 */

/** Where the project names no accent, or one that is not a plain color. */
const ACCENT = 'rgb(11, 110, 95)';

/**
 * The host is one half of the window, so that the panel never covers more than that, and can step into the other half.
 * The colors of the panel: paper, ink, quiet ink, line, the edge of what one can press.
 */
const RULES = `
:host{all:initial!important;position:fixed!important;inset:50% 0 0!important;z-index:2147483647!important;display:flex!important;align-items:flex-end!important;justify-content:flex-end!important;padding:16px 16px max(16px,env(safe-area-inset-bottom))!important;pointer-events:none!important}
:host([top]){inset:0 0 50%!important;align-items:flex-start!important}
*{box-sizing:border-box;margin:0}
.panel{--mp-paper:#fff;--mp-ink:#17191e;--mp-soft:#5a606b;--mp-line:#e3e4e1;--mp-edge:#7d838c;--mp-rim:var(--mp-on-light,var(--mp-edge));color-scheme:light dark;position:relative;inline-size:22em;max-inline-size:100%;max-block-size:100%;overflow:auto;padding:16px;border:1px solid var(--mp-line);border-radius:16px;background:var(--mp-paper);color:var(--mp-ink);font:1em/1.4 system-ui,sans-serif;overflow-wrap:anywhere;box-shadow:0 4px 24px #0003;pointer-events:auto}
.hint{display:flex;inline-size:auto;padding:4px}
.title{padding-inline-end:36px;font-weight:600}
.row{display:flex;flex-wrap:wrap;gap:8px;margin-block:12px}
.row button{flex:auto;border-color:var(--mp-rim);background:var(--mp-accent);color:var(--mp-on-accent);font-weight:600}
button,textarea{font:inherit;color:inherit;padding:6px 12px;border:1px solid #0000;border-radius:10px;background:none}
button{min-inline-size:36px;min-block-size:36px;cursor:pointer}
button:hover{text-decoration:underline}
label{inline-size:100%}
textarea{display:block;inline-size:100%;margin-block-start:4px;border-color:var(--mp-edge);font-size:max(1em,16px);resize:vertical}
a{display:flex;align-items:center;min-block-size:28px;color:inherit}
.soft,.close{color:var(--mp-soft);font-size:.875em}
button.soft{margin-block:4px -8px;padding:0}
.close{padding:0;font-size:1.25em;line-height:1}
.panel:not(.hint) .close{position:absolute;inset-block-start:9px;inset-inline-end:9px}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:2px solid var(--mp-ink);outline-offset:2px}
@media(max-width:30em){:host{padding:8px 8px max(8px,env(safe-area-inset-bottom))!important}.panel:not(.hint){inline-size:100%}}
@media(pointer:coarse){button,a{min-inline-size:44px;min-block-size:44px}}
@media(prefers-color-scheme:dark){.panel{--mp-paper:#1f2327;--mp-ink:#eceef0;--mp-soft:#a2a8b2;--mp-line:#3a4047;--mp-edge:#7f8791;--mp-rim:var(--mp-on-dark,var(--mp-edge))}}
@media(prefers-reduced-motion:no-preference){.panel{animation:in .2s}}
@media print{:host{display:none!important}}
@keyframes in{from{opacity:0;transform:translateY(8px)}}
`;

/** The sheet with an accent that is legible: what is written on it is black or white, what surrounds it stands out from the paper. */
export const sheetWith = (accent) => {
  const { style } = new Option();
  style.color = accent;
  const color = style.color.startsWith('rgb(') ? style.color : ACCENT;
  // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
  const [red, green, blue] = color
    .match(/\d+/g)
    .map((it) => it / 255)
    .map((it) => (it > 0.04045 ? ((it + 0.055) / 1.055) ** 2.4 : it / 12.92));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    // White and black contrast alike (4.58:1) at 0.179; up to 0.3 stands out 3:1 from white paper, from 0.15 from dark paper.
    RULES +
      `.panel{--mp-accent:${color};--mp-on-accent:${luminance > 0.179 ? '#000' : '#fff'};--mp-on-light:${luminance > 0.3 ? 'initial' : color};--mp-on-dark:${luminance < 0.15 ? 'initial' : color}}`,
  );
  return sheet;
};
