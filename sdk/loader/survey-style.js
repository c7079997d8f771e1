/**
 * How surveys look, but for their colors (`survey-look.js`) and what few of them have (`survey-more-style.js`). Knows nothing of
 * what they say.
 *
 * Colors: p(aper), i(nk), s(oft ink), a(ccent), t(ext on it), r(im: the accent where it must be seen), u (text on that),
 * e(dge of controls), x (errors), n (the ground of controls). Also f(ont), g(ap to the rim), o(ffset to the window), k(ey size), d(istance of keys), q (corners of controls).
 * All lengths are logical: a survey is mirrored by its direction alone.
 */
import { sheetOf } from './frame.js';

/** Where an element that nobody sees has the colors that the page has set, for the browser to read them; unset is clear. */
export const PROBES = [
  ['background-color', 'paper'],
  ['border-block-start-color', 'ink'],
  ['border-block-end-color', 'soft-ink'],
  ['border-inline-start-color', 'accent'],
  ['border-inline-end-color', 'edge'],
  ['text-decoration-color', 'error'],
];

const RULES = `
:host{display:block}
:host(milepost-prompt){all:initial!important;position:fixed!important;z-index:var(--milepost-z,2147483647)!important}
*,::before{box-sizing:border-box;margin:0}
.panel,.tab{--mp-q:var(--milepost-control-radius,10px)}
.panel{--mp-g:calc(var(--milepost-space,8px)*2.5);--mp-o:var(--milepost-offset,16px);--mp-k:24px;--mp-d:2px;all:initial;box-sizing:border-box;position:relative;display:block;padding:var(--mp-g);border:var(--milepost-border,1px) solid #8884;border-radius:var(--milepost-radius,16px);background:var(--mp-p);color:var(--mp-i);font:var(--milepost-font-size,medium)/1.45 var(--mp-f);overflow-wrap:anywhere}
.over{position:fixed;inset:auto;inset-inline-end:var(--mp-o);inset-block-end:calc(max(var(--mp-o),env(safe-area-inset-bottom)) + var(--mp-up,0px));inline-size:var(--milepost-width,26em);max-inline-size:calc(100% - 2*var(--mp-o));max-block-size:var(--mp-high,calc(50% - var(--mp-o)));overflow:auto;scrollbar-width:thin;scroll-padding-block:var(--mp-g);box-shadow:var(--milepost-shadow,0 1px 2px #0002,0 12px 40px #0003)}
.over.start{inset-inline:var(--mp-o) auto}
.over.top{inset-block:var(--mp-o) auto}
.tall{max-block-size:calc(100% - 2*var(--mp-o))}
.behind,.aside{visibility:hidden}
.title{font-size:1.0625em;font-weight:650;line-height:1.35;text-wrap:balance;padding-inline-end:28px}
.in .title{padding-inline-end:0}
.title:focus{outline:0}
.text{margin-block-start:4px;color:var(--mp-s);font-size:.9375em;white-space:pre-line}
.scale{--mp-c:var(--mp-m);display:grid;grid-template-columns:repeat(auto-fit,minmax(max(var(--mp-k),1.4em,(100% - (var(--mp-c) - 1)*var(--mp-d))/var(--mp-c) - .1px),1fr));gap:var(--mp-d);margin-block-start:16px}
.ends{display:flex;justify-content:space-between;gap:16px;margin-block-start:6px;color:var(--mp-s);font-size:.8125em}
.ends>:last-child{text-align:end}
label{position:relative;display:flex;align-items:center;min-block-size:40px}
.cell{justify-content:center;font-variant-numeric:tabular-nums}
label>span{position:relative;pointer-events:none}
label>input{appearance:none;position:absolute;inset:0;inline-size:100%;block-size:100%;border:1px solid var(--mp-e);border-radius:var(--mp-q);background:var(--mp-n);cursor:pointer}
label>input:hover{border-color:var(--mp-i)}
.numbers>:checked{border-color:var(--mp-r);background:var(--mp-r)}
.numbers>:checked+span{color:var(--mp-u);font-weight:700}
.cell>span{max-inline-size:100%}
.field{display:block;inline-size:100%;min-block-size:40px;margin-block-start:16px;padding:8px 12px;border:1px solid var(--mp-e);border-radius:var(--mp-q);background:var(--mp-n);color:inherit;font:inherit;font-size:max(1em,16px);resize:vertical}
.field::placeholder{color:var(--mp-s);opacity:1}
[aria-invalid=true],[aria-invalid=true] input{border-color:var(--mp-x)}
.error{margin-block-start:8px;color:var(--mp-x);font-size:.875em;font-weight:600}
.error:empty,[hidden]{display:none!important}
.nav{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin-block-start:16px}
.back{margin-inline-start:-10px;padding-inline:9px}
.nav>:last-child{margin-inline-start:auto}
.progress{flex:1 0 auto;max-inline-size:100%;color:var(--mp-s);font-size:.8125em;font-variant-numeric:tabular-nums}
button,.primary{font:inherit;color:inherit;min-inline-size:24px;min-block-size:40px;padding:6px 14px;border:1px solid #0000;border-radius:var(--mp-q);background:none;cursor:pointer}
button:hover{background:var(--mp-n);text-decoration:underline}
.primary{background:var(--mp-a);color:var(--mp-t);border-color:var(--mp-r);font-weight:600}
.primary:hover{background:var(--mp-a)}
.footer{display:flex;flex-wrap:wrap;column-gap:16px;margin-block-start:12px;padding-block-start:6px;border-block-start:1px solid #8883}
.footer>*{padding:0;min-block-size:28px;color:var(--mp-s);font-size:.8125em}
.footer>:last-child{margin-inline-start:auto}
.footer>:hover{background:none}
.close{position:absolute;inset-block-start:8px;inset-inline-end:8px;min-block-size:36px;min-inline-size:36px;padding:0;color:var(--mp-s);font-size:1.25em;line-height:1}
.close::before{content:"×"}
.unseen{position:fixed;clip-path:inset(50%)}
:focus-visible{outline:2px solid var(--mp-i);outline-offset:2px}
@media(max-width:30em){.over,.over.start{inset-inline:0;inset-block-end:var(--mp-up,0px);inline-size:100%;max-inline-size:none;max-block-size:var(--mp-high,50%);padding-block-end:max(var(--mp-g),env(safe-area-inset-bottom));padding-inline:12px;border-width:1px 0 0;border-end-start-radius:0;border-end-end-radius:0}.over.top{inset-block:0 auto}}
@media(pointer:coarse){.panel{--mp-k:44px;--mp-d:4px}.scale{--mp-c:var(--mp-half)}button,label,.primary,.field{min-block-size:44px;min-inline-size:44px}.footer>*{min-block-size:44px}.close{inset-block-start:4px;inset-inline-end:4px;min-block-size:44px;min-inline-size:44px}}
@media(forced-colors:active){label{--mp-p:Canvas;--mp-n:Canvas;--mp-u:Canvas;--mp-i:CanvasText;--mp-s:CanvasText;--mp-r:CanvasText;--mp-e:CanvasText;forced-color-adjust:none;color:CanvasText}}
@media(prefers-reduced-motion:no-preference){.over{animation:mp-in var(--milepost-motion,.2s)}}
@media print{.over,.tab{display:none}}
@keyframes mp-in{from{opacity:0;translate:0 8px}}
`;

const PROBE = PROBES.map(([where, name]) => `${where}:color-mix(in srgb,var(--milepost-${name}) 100%,#0000)`).join(';');

/** The sheet of all surveys. */
export const sheet = () => sheetOf(`${RULES}.probe{position:fixed;visibility:hidden;color:#0000;${PROBE}}`);
