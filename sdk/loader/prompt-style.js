/**
 * How the question looks. Knows nothing of what it says.
 *
 * A constructed sheet is the one kind of style that `style-src 'none'` lets through, and inside a shadow root
 * `:host` with `!important` is the one kind of rule that a page cannot overrule.
 * Lengths of text are in `em` of the visitor's own font size, which `all: initial` brings back.
 */

/** Where the project names no accent. */
const ACCENT = '#0b6e5f';

/** Stands out from light and from dark paper alike: 3.5:1 and 4.9:1. */
const EDGE = '#828890';

/**
 * The panel keeps to one half of the window, so that it never covers more than that, and can step into the other half.
 *
 * Colors: p(aper), i(nk), s(oft ink), a(ccent), t(ext on it), r(im of it: on l(ight) or d(ark) paper).
 */
const RULES = `
:host{all:initial!important;position:fixed!important;z-index:2147483647!important}
*{box-sizing:border-box;margin:0}
.panel{--mp-p:#fff;--mp-i:#17191e;--mp-s:#5a606b;--mp-r:var(--mp-l);color-scheme:light dark;position:fixed;inset:auto;inset-inline-end:16px;bottom:max(16px,env(safe-area-inset-bottom));display:flex;width:22em;max-width:calc(100% - 32px);max-height:calc(50% - 16px);overflow:auto;padding:16px;border:1px solid #8884;border-radius:16px;background:var(--mp-p);color:var(--mp-i);font:1em/1.4 system-ui,sans-serif;overflow-wrap:anywhere;box-shadow:0 4px 24px #0003}
.top{top:16px;bottom:auto}
.panel>*{flex:1}
.title{padding-inline-end:36px;font-weight:600}
.row{display:flex;flex-wrap:wrap;gap:8px;margin:12px 0}
button,textarea{font:inherit;color:inherit;padding:6px 12px;border:1px solid #0000;border-radius:10px;background:none}
button{min-width:36px;min-height:36px}
button:hover{text-decoration:underline}
.row button{flex:auto;border-color:var(--mp-r);background:var(--mp-a);color:var(--mp-t);font-weight:600}
label{width:100%}
textarea{display:block;width:100%;margin-top:4px;border-color:${EDGE};font-size:max(1em,16px);resize:vertical}
a{display:flex;align-items:center;min-height:28px;color:inherit}
.soft,.close{padding:0;color:var(--mp-s);font-size:.875em}
button.soft{margin:4px 0 -8px}
.panel>.close{flex:none;align-self:start;margin:-8px;margin-inline-start:-28px;font-size:1.25em;line-height:1}
.close::before{content:"×"}
.hint{width:auto;padding:4px}
.hint>.close{margin:0}
.unseen{position:fixed;clip-path:inset(50%)}
:focus-visible{outline:2px solid var(--mp-i);outline-offset:2px}
@media(max-width:30em){.panel{width:100%}.hint{width:auto}}
@media(pointer:coarse){button,a{min-width:44px;min-height:44px}}
@media(prefers-color-scheme:dark){.panel{--mp-p:#1b1b1f;--mp-i:#eceef0;--mp-s:#a2a8b2;--mp-r:var(--mp-d)}}
@media(prefers-reduced-motion:no-preference){.panel{animation:in .2s}}
@media print{.panel{display:none}}
@keyframes in{from{opacity:0}}
`;

/**
 * The sheet with an accent (`#` and six digits) that is legible: what is written on it is black or white, and its rim
 * stands out from the paper. The papers are those that `collector/src/project/parse/accent.rs` warns about.
 */
export const sheetWith = (accent) => {
  const color = /^#[\da-f]{6}$/i.test(accent) ? accent : ACCENT;
  // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, but for its foot below 0.04, which makes 0.001 at most.
  const [red, green, blue] = [1, 3, 5].map((at) => ((parseInt(color.slice(at, at + 2), 16) / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    // White and black contrast alike (4.58:1) at 0.179; up to 0.3 stands out 3:1 from light paper, from 0.133 from dark paper.
    RULES +
      `.panel{--mp-a:${color};--mp-t:${luminance > 0.179 ? '#000' : '#fff'};--mp-l:${luminance > 0.298 ? EDGE : color};--mp-d:${luminance < 0.135 ? EDGE : color}}`,
  );
  return sheet;
};
