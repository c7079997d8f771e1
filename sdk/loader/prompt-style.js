/**
 * What the question and its hint have of their own; the rest is as surveys look (`survey-style.js`).
 */
import { sheetOf } from './frame.js';

const RULES = `
.row>*{flex:auto}
.row+*{margin-block-start:12px}
.row label{display:block;inline-size:100%;min-block-size:0}
.row .field{margin-block-start:4px}
a{display:flex;align-items:center;min-block-size:28px;color:inherit}
.over.hint{display:flex;inset-inline:auto var(--mp-o);inset-block-end:max(var(--mp-o),env(safe-area-inset-bottom));inline-size:auto;max-inline-size:calc(100% - 2*var(--mp-o));padding:4px;border-radius:var(--milepost-radius,16px);border-width:var(--milepost-border,1px)}
.over.hint.start{inset-inline:var(--mp-o) auto}
.over.hint.top{inset-block-end:auto}
.hint .close{position:static}
@media(pointer:coarse){a{min-block-size:44px;min-inline-size:44px}}
`;

/** The sheet of the question. */
export const sheet = () => sheetOf(RULES);
