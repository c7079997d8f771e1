/**
 * The question "Is something confusing you?", and the hint that opens it: drawn over the page, apart from the page.
 *
 * Draws when told to and says what became of it; does not know why it asks, nor when it may.
 * Only what a strict policy allows: no markup from text, no inline style. Takes no focus by itself, and sends nothing.
 */
import { add, ANSWERING, frame, lead, place } from './frame.js';
import { ASKED, CONFUSED, DISMISSED, FINE, HELD, HELP, HINTED, NEVER, OPENED, RELEASED } from './prompt-said.js';
import { sheetWith } from './prompt-style.js';

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
  const parent = place();
  // A question takes the place of a hint.
  if (isOpen && isHint) retract();
  // One at a time.
  if (isDrawn || !parent) return;

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

  const it = frame(document.createElement('milepost-prompt'), [sheetWith(accent)], close, {
    leave,
    held: (isHeld) => said(isHeld ? HELD : RELEASED),
  });
  const { addButton, body, panel } = it;

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
    const row = add(body, 'div', '', 'row');
    const no = addButton(row, fine, '', () => thank(FINE));
    const yes = addButton(row, confused, '', () => {
      silence = CONFUSED;
      it.hold(ANSWERING, true);
      const field = add(add(row, 'label', detail), 'textarea');
      it.first = field;
      field.maxLength = DETAIL_LENGTH;
      addButton(row, send, '', () => thank(CONFUSED, field.value));
      // Before the button goes that has the focus now.
      field.focus();
      no.remove();
      yes.remove();
    });
    it.first = no;
    const list = add(body, 'div');
    add(list, 'p', links, 'soft');
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
    addButton(body, never, 'soft', () => end(NEVER));
  };

  it.addCloser();
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
  it.show(parent, isOpen && announcement);
  isDrawn = true;
  withdraw = take;
  said(isOpen ? ASKED : HINTED);
};
