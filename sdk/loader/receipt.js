/**
 * The privacy receipt: what is stored about somebody here, why they were asked, and how to stop or erase it.
 *
 * Draws into a panel like a survey's and asks the collector by `call`; knows neither keys nor identities.
 */
import { ANSWERING, sheetOf } from './frame.js';
import { wordsIn } from './receipt-words.js';

const MUTE_DAYS = [7, 30, 90];

/** What a receipt has and no survey. Colors are those of `survey-style.js`. */
const RULES = `
.list{margin-block-start:12px;padding:0;list-style:none}
.asked{padding-block:10px;border-block-start:1px solid #8883}
.name{font-size:1em;font-weight:650}
.receipt>.name{margin-block-start:12px;padding-block-start:12px;border-block-start:1px solid #8883}
dl{margin-block-start:6px}
dd{margin-inline-start:0}
.receipt .nav{margin-block-start:8px}
.receipt .nav>*{margin-inline-start:0}
.nav>.plain{border-color:var(--mp-e)}
`;

/** A panel by `survey.js`'s `surface`, in front of the survey `under` it, which waits. */
const openPanel = (surface, under) => {
  const page = document.documentElement;
  const view = under?.view || { words: [], lang: page.lang || navigator.language, dir: getComputedStyle(page).direction };
  const cover = (isCovered) => {
    under?.it.panel.classList.toggle('aside', isCovered);
    under?.it.hold(ANSWERING, isCovered);
  };
  const end = () => {
    const wasInside = it.root.activeElement;
    it.end();
    cover(false);
    if (wasInside) under?.it.root.querySelector('.why')?.focus();
  };
  const it = surface(view, undefined, { leave: end, held: () => {}, enter: () => {} });
  cover(true);
  it.panel.classList.add('tall');
  it.root.adoptedStyleSheets = [...it.root.adoptedStyleSheets, sheetOf(RULES)];
  return Object.assign(it, { lang: view.lang });
};

/**
 * Opens it. `open` is `open` of `survey.js`; `call(path, more)` sends to `/v1/` + path and promises what is
 * answered, parsed, or fails with a `status` (none where there was no answer). Answers when it is drawn.
 */
export const receipt = async (open, call) => {
  const it = open(openPanel);
  if (!it) return;
  const { add, addButton, body, status } = it;
  const words = wordsIn(it.lang);
  const date = (time) => new Date(time).toLocaleString(it.lang, { dateStyle: 'medium', timeStyle: 'short' });
  const days = (count) => count.toLocaleString(it.lang, { style: 'unit', unit: 'day', unitDisplay: 'long' });

  it.name('dialog', words.title);
  const title = add(body, 'h2', words.title, 'title');
  title.tabIndex = -1;
  add(body, 'p', words.intro, 'text');
  const content = add(body, 'div', '', 'receipt');
  it.first = title;
  it.show('');
  it.closer.ariaLabel = words.close;
  title.focus();

  /** Says it, and shows it where eyes are. */
  const say = (text, className = 'text') => {
    content.replaceChildren();
    status.textContent = text;
    if (text) add(content, 'p', text, className).ariaHidden = true;
    // What had the focus is gone.
    title.focus();
  };

  const failed = ({ status }) => {
    say(status === 401 || status === 403 ? words.refused : status ? words.failed : words.unreachable, 'error');
    addButton(content, words.again, 'primary', load);
  };

  const act = (path, more, done) => async () => {
    say(words.working);
    try {
      await load(done(await call(path, more)));
    } catch (error) {
      failed(error);
    }
  };

  const draw = ({ mutedUntil, declined, prompts }) => {
    const list = prompts.length ? add(content, 'ul', '', 'list') : add(content, 'p', words.nothing, 'text');
    for (const { at, name, why, page, outcome, answers } of prompts) {
      const item = add(list, 'li', '', 'asked');
      add(item, 'h3', name, 'name');
      add(item, 'p', [date(at), page, words[outcome] || outcome].filter(Boolean).join(' · '), 'text');
      if (why) add(item, 'p', words.why + ' ' + why, 'text');
      const given = answers.length && add(item, 'dl');
      for (const { question, answer } of answers) {
        add(given, 'dt', question, 'text');
        add(given, 'dd', answer);
      }
    }

    add(content, 'h3', words.quiet, 'name');
    if (declined || mutedUntil) {
      add(content, 'p', declined ? words.declined : words.muted + ' ' + date(mutedUntil), 'text');
      addButton(add(content, 'div', '', 'nav'), words.unmute, 'plain', act('receipt/mute', { days: 0 }, () => words.unmuted));
    } else {
      const nav = add(content, 'div', '', 'nav');
      for (const count of MUTE_DAYS) addButton(nav, days(count), 'plain', act('receipt/mute', { days: count }, () => words.mutedNow));
    }

    if (!prompts.some((it) => it.answers.length)) return;
    add(content, 'h3', words.erase, 'name');
    const nav = add(content, 'div', '', 'nav');
    const ask = addButton(nav, words.eraseAll, 'plain', () => {
      nav.replaceChildren();
      add(nav, 'p', words.sure, 'progress');
      const keep = addButton(nav, words.keep, 'plain', () => load());
      addButton(nav, words.eraseNow, 'primary', act('receipt/erase', {}, ({ erased }) => words.erased + ' ' + erased.toLocaleString(it.lang)));
      keep.focus();
    });
    ask.ariaExpanded = false;
  };

  const load = async (done) => {
    say(words.working);
    try {
      const found = await call('receipt');
      say(typeof done === 'string' ? done : '');
      draw(found);
    } catch (error) {
      failed(error);
    }
  };
  await load();
};
