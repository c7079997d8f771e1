/**
 * How choices, pictures, links and the tab look. Colors are those of `survey-style.js`.
 */
import { sheetOf } from './frame.js';

const RULES = `
.choices{display:grid;gap:6px;margin-block-start:16px}
.choice>span{display:flex;gap:10px;padding:8px 12px}
.choice>span::before{content:"";flex:none;inline-size:1.25em;block-size:1.25em;margin-block-start:.1em;border:1.5px solid var(--mp-e);border-radius:50%;background:var(--mp-p)}
.many>span::before{border-radius:4px}
.choice>:checked{border-color:var(--mp-r);box-shadow:inset 0 0 0 1px var(--mp-r)}
.choice>:checked+span{font-weight:600}
.choice>:checked+span::before{border:.4em solid var(--mp-r)}
.many>:checked+span::before{content:"✓";border:0;background:var(--mp-r);color:var(--mp-u);font:700 1em/1.3 system-ui;text-align:center}
.stars>input,.emoji>input{border-color:#0000;background:none}
svg{display:block;inline-size:2em;max-inline-size:100%;fill:none;stroke:var(--mp-s);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.emoji>:checked{border-color:var(--mp-r);background:var(--mp-n);box-shadow:inset 0 0 0 1px var(--mp-r)}
.emoji>:checked+span svg{stroke:var(--mp-r);stroke-width:2.6}
.lit svg{stroke:var(--mp-r);fill:var(--mp-r)}
.choices .field{margin-block-start:0}
a{display:inline-flex;align-items:center;text-decoration:none}
a:hover{text-decoration:underline}
.tab{position:fixed;inset-inline-end:0;inset-block-start:var(--milepost-tab-position,50%);translate:0 -50%;writing-mode:vertical-rl;min-block-size:44px;padding:14px 8px;border:1px solid var(--mp-r);border-inline-end:0;border-radius:var(--mp-q);border-start-end-radius:0;border-end-end-radius:0;background:var(--mp-a);color:var(--mp-t);font:600 .875em/1.4 var(--mp-f)}
`;

/** The sheet for what few surveys have. */
export const sheet = () => sheetOf(RULES);
