/**
 * The inspector: what the SDK knows in this page and what stands against each prompt, drawn over it and kept up to date.
 *
 * For the vendor's developers, in English. Reads what the module tells about itself; changes nothing, and takes no focus.
 */

/** How often it looks again. */
const LOOK_MS = 1000;

/** In the order of `Reason::ALL` in `domain/src/reason.rs`: its name, and what it means. */
const REASONS = `hidden: the page is not shown, or has not the focus
returned: somebody just came back to the page
typing: the focus is in a field, or a key was pressed a moment ago
dragging: the pointer is down
composing: a text is being composed
modal: a dialog of the page or of another vendor is open
dirty: a form holds changes that are not saved
media: something plays
fullscreen: something fills the screen
acting: something was done a moment ago
early: the page was loaded too short a time ago
troubled: an error was shown a moment ago
offline: there is no network
savingData: the visitor asks sites to save data
delayed: the delay after the trigger is not over
prompted: another prompt of ours is on this page
otherTab: another prompt of ours is in another tab
otherPage: not on this page, by pages or exclude
audience: not for these traits
unsampled: this person is not in the sample
session: this session has had its prompt
firstSession: nothing in somebody's first session
gap: prompted too short a time ago
quarter: prompted too often this quarter
account: enough people of this account were prompted lately
silenced: dismissed so often that there is silence
muted: the person asked for quiet for some days
declined: the person said "don't ask again"
notDue: shown before, and not due again
npsGap: an NPS question of any survey was too short a time ago
reserved: a more important survey is due soon, and keeps the place
enough: the survey has the answers it wanted
dates: the survey has not begun, or is over
unknown: the collector knows no such survey
notOverdue: the milestone is not overdue, by the collector's count
unreachable: the collector could not be asked
throttled: too many requests from this browser
holdOut: of an experiment's group that is not asked`
  .split('\n')
  .map((it) => it.split(': '));

const RULES = `
:host{all:initial!important;position:fixed!important;z-index:2147483647!important}
*{box-sizing:border-box;margin:0}
div{position:fixed;inset:auto;inset-inline-start:12px;inset-block-end:12px;inline-size:34em;max-inline-size:calc(100% - 24px);max-block-size:calc(100% - 24px);overflow:auto;padding:12px 16px;border:1px solid #555b66;border-radius:12px;background:#15171c;color:#e8eaee;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere;box-shadow:0 8px 32px #0006;color-scheme:dark}
h2{font-size:14px;padding-inline-end:32px}
h3{margin-block:12px 4px;font-size:13px;color:#a6adba}
p,li{color:#e8eaee}
ul{padding-inline-start:18px}
table{inline-size:100%;border-collapse:collapse}
th,td{padding:2px 8px 2px 0;text-align:start;vertical-align:top;font-weight:400;border-block-start:1px solid #2a2e36}
thead th{color:#a6adba;border:0}
td.number{text-align:end;white-space:nowrap}
th[scope=row]{overflow-wrap:normal}
svg{display:block;inline-size:120px;block-size:12px}
rect{fill:#e5a54b}
.less{fill:#4ea1e5}
.free{color:#7ee2a8}
button{position:absolute;inset-block-start:6px;inset-inline-end:6px;min-inline-size:32px;min-block-size:32px;border:0;border-radius:8px;background:none;color:inherit;font:inherit;font-size:18px;cursor:pointer}
:focus-visible{outline:2px solid #fff;outline-offset:1px}
@media print{div{display:none}}
`;

const SVG = 'http://www.w3.org/2000/svg';

/** What is there now; a second one would be the same. */
let close;

const add = (to, tag, text = '', className = '') => {
  const it = document.createElement(tag);
  it.textContent = text;
  if (className) it.className = className;
  to.append(it);
  return it;
};

/** Rows under headings; what is a function draws its own cell. */
const table = (to, headings, rows) => {
  const it = add(to, 'table');
  const head = add(add(it, 'thead'), 'tr');
  for (const heading of headings) add(head, 'th', heading).scope = 'col';
  const body = add(it, 'tbody');
  for (const row of rows) {
    const line = add(body, 'tr');
    row.forEach((value, at) => {
      const cell = add(line, at ? 'td' : 'th', typeof value === 'function' ? '' : `${value}`, typeof value === 'number' ? 'number' : '');
      if (!at) cell.scope = 'row';
      if (typeof value === 'function') value(cell);
    });
  }
  return it;
};

const bar = (share, isLess) => (cell) => {
  const svg = document.createElementNS(SVG, 'svg');
  const rect = document.createElementNS(SVG, 'rect');
  svg.setAttribute('aria-hidden', 'true');
  if (isLess) rect.setAttribute('class', 'less');
  for (const [name, value] of [['height', '12'], ['width', `${Math.max(share * 100, 1)}%`]]) rect.setAttribute(name, value);
  svg.append(rect);
  cell.append(svg);
};

/** The bits of a set, which may be more than 32. */
const reasonsOf = (bits) => REASONS.filter((_, at) => Math.floor(bits / 2 ** at) % 2);

const drawIn = (body, { page, session, lease, milestones = [], hesitation, prompts = [] }) => {
  table(body, ['here', ''], [['page', page || '–'], ['session', session || '–'], ['lease', lease || 'none']]);

  add(body, 'h3', `Milestones reached (${milestones.length})`);
  if (milestones.length) add(body, 'p', milestones.join(', '));

  add(body, 'h3', 'Hesitation');
  if (hesitation) {
    const { score, threshold, bias = 0, contributions = [] } = hesitation;
    add(body, 'p', `score ${score} of ${threshold} (thousandths of a logit), ${score >= threshold ? 'enough to ask' : 'not enough to ask'}`);
    const parts = [{ feature: 'bias', contribution: bias }, ...contributions];
    const most = Math.max(...parts.map((it) => Math.abs(it.contribution)), 1);
    const rows = parts
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .map(({ feature, contribution, measured, usual }) => [
        feature,
        contribution,
        bar(Math.abs(contribution) / most, contribution < 0),
        measured === undefined ? '' : `${measured}${usual === undefined ? '' : `, usual ${usual}`}`,
      ]);
    table(body, ['sign', 'adds', '', 'measured'], rows);
  } else {
    add(body, 'p', 'no detector on this page');
  }

  add(body, 'h3', `Prompts (${prompts.length})`);
  for (const { survey, surface, trigger, state, reasons, quietUntil } of prompts) {
    const against = reasonsOf(reasons);
    add(body, 'h3', [survey, surface, state, trigger && `by ${trigger}`].filter(Boolean).join(' · '));
    if (quietUntil > Date.now()) add(body, 'p', `not tried before ${new Date(quietUntil).toLocaleString()}`);
    if (!against.length) add(body, 'p', 'nothing stands against it', 'free');
    const list = against.length && add(body, 'ul');
    for (const [name, meaning] of against) add(list, 'li', `${name}: ${meaning}`);
  }
};

/**
 * Opens it, or closes the one there is. `inspect()` asks the module to tell; `on(heard)` hears each time it has, and
 * answers with what ends that.
 */
export const debug = (inspect, on) => {
  if (close) return close();
  const parent = document.body || document.documentElement;
  if (!parent || !document.adoptedStyleSheets) return;
  const host = document.createElement('milepost-prompt');
  const root = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(RULES);
  root.adoptedStyleSheets = [sheet];
  const panel = add(root, 'div');
  panel.setAttribute('role', 'complementary');
  panel.ariaLabel = 'Milepost inspector';
  // Scrolls, and so must be reached by keyboard.
  panel.tabIndex = 0;
  add(panel, 'h2', 'Milepost');
  const body = add(panel, 'section');
  const closer = add(panel, 'button', '×');
  closer.ariaLabel = 'Close';

  const off = on((told) => {
    body.replaceChildren();
    drawIn(body, told);
  });
  const timer = setInterval(inspect, LOOK_MS);
  const onKey = (event) => event.key === 'Escape' && !event.defaultPrevented && close();
  close = () => {
    clearInterval(timer);
    off?.();
    removeEventListener('keydown', onKey);
    host.remove();
    close = undefined;
  };
  closer.onclick = close;
  addEventListener('keydown', onKey);
  parent.append(host);
  panel.popover = 'manual';
  panel.showPopover?.();
  inspect();
};
