/**
 * The question "Is something confusing you?", and the hint that opens it: drawn over the page, apart from the page.
 *
 * Draws when told to and says what became of it; does not know why it asks, nor when it may.
 * Only what a strict policy allows: no markup from text, no inline style. Takes no focus by itself, and sends nothing.
 */
import { add, ANSWERING, lead, place } from './frame.js';
import { ASKED, CONFUSED, DISMISSED, FINE, HELD, HELP, HINTED, NEVER, OPENED, RELEASED } from './prompt-said.js';
import { sheet } from './prompt-style.js';
import { surface } from './survey.js';

/** Where the word for the way out stands among a survey's. */
const CLOSE = 6;

/** Takes away what is drawn, but for thanks: they go by themselves. */
let withdraw;
let isDrawn;
let isHint;

/** Takes it away; when somebody is at it, as soon as they leave it. */
export const retract = () => withdraw?.();

/**
 * Draws the question, or only the hint. `texts`: accent, the words in the order of `Wording`, then label and URL of
 * each help link. `said(what, text)` hears what becomes of it; the text, if any, is what was
 * written, or the link followed.
 */
export const prompt = (isOpen, texts, said) => {
  const [accent, question, fine, confused, detail, send, thanks, close, links, hint, announcement, never, ...help] = texts;
  // A question takes the place of a hint.
  if (isOpen && isHint) retract();
  // One at a time.
  if (isDrawn || !place()) return;

  /** Long enough to be read, short enough not to be closed by hand. */
  const THANKS_MS = 4000;
  /** What somebody may write, in UTF-16 units: at most 3,000 bytes, where the module lets through 4,000. */
  const DETAIL_LENGTH = 1000;

  /** What it means to go away from here. */
  let silence = DISMISSED;
  let timer;

  const end = (what) => {
    clearTimeout(timer);
    it.end();
    isDrawn = isHint = withdraw = undefined;
    if (what) said(what);
  };

  const leave = () => end(silence);

  const page = document.documentElement;
  const view = { words: { [CLOSE]: close }, lang: page.lang, dir: getComputedStyle(document.body || page).direction, accent };
  const it = surface(view, undefined, { leave, held: (isHeld) => said(isHeld ? HELD : RELEASED) });
  const { addButton, body, panel, root } = it;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet()];

  /** Being taken away refuses nothing. */
  const take = () => it.whenFree(() => end(silence === CONFUSED && silence));

  const thank = (what, text) => {
    withdraw = silence = 0;
    it.stay();
    it.goBack();
    body.remove();
    it.status.textContent = thanks;
    it.status.className = 'title';
    it.first = it.closer;
    timer = setTimeout(take, THANKS_MS);
    said(what, text);
  };

  const ask = () => {
    isHint = false;
    panel.classList.remove('hint');
    it.name('dialog', question);
    add(body, 'p', question, 'title');
    const row = add(body, 'div', '', 'nav row');
    const no = addButton(row, fine, 'primary', () => thank(FINE));
    const yes = addButton(row, confused, 'primary', () => {
      silence = CONFUSED;
      it.hold(ANSWERING, true);
      const field = add(add(row, 'label', detail), 'textarea', '', 'field');
      it.first = field;
      field.maxLength = DETAIL_LENGTH;
      addButton(row, send, 'primary', () => thank(CONFUSED, field.value));
      // Before the button goes that has the focus now.
      field.focus();
      no.remove();
      yes.remove();
    });
    it.first = no;
    const list = add(body, 'div');
    add(list, 'p', links, 'text');
    for (let at = 0; at < help.length; at += 2) {
      const link = add(list, 'a', help[at]);
      const url = help[at + 1];
      lead(link, url);
      it.on(link, 'click', () => {
        // Who took help has not refused it.
        if (silence === DISMISSED) silence = 0;
        said(HELP, url);
      });
    }
    if (!list.children[1]) list.remove();
    addButton(add(body, 'div', '', 'footer'), never, 'never', () => end(NEVER));
  };

  if (isOpen) {
    ask();
  } else {
    isHint = true;
    panel.classList.add('hint');
    it.name('complementary', hint);
    const opener = addButton(body, hint, '', () => {
      ask();
      it.first.focus();
      opener.remove();
      said(OPENED);
    });
    it.first = opener;
  }

  it.on(window, 'pagehide', () => silence === CONFUSED && leave());
  it.show(isOpen && announcement);
  isDrawn = true;
  withdraw = take;
  said(isOpen ? ASKED : HINTED);
};
