/** Fields that say that something is wrong with them, looked at after somebody tried. Reads no message. */
import { matches, matching } from './matches.js';
import { INVALID } from './observation.js';
import { target } from './target.js';

/** After this time a page has said what is wrong, if it knows by itself … */
const SAID_MS = 500;
/** … or had to ask its server. */
const ANSWERED_MS = 2500;

/** A form with more is told of by these. */
const FIELDS = 20;

/** `:is` forgives what a browser does not know. */
const WRONG = ':is([aria-invalid=true],:user-invalid,.is-invalid)';
/** Elsewhere such a message may say that all is well. */
const MESSAGES = 'form [role=alert]:not(:empty)';

export const watchInvalid = (on, tell) => {
  let timer;
  /** Pressed something since typing: what is refused while typing is the page's own zeal. */
  let isTrying;
  let isSent;
  let fields = new Set();

  const look = (isLast) => {
    let wrong = [...fields].filter((it) => matches(it, WRONG + ',:invalid'));
    if (isSent) {
      wrong.push(...matching(WRONG));
      // A message is about a field, which is the better name for it.
      if (!wrong.length) wrong = [...matching(MESSAGES)];
      if (!wrong.length && !isLast) return lookIn(ANSWERED_MS - SAID_MS, true);
    }
    for (const it of [...new Set(wrong)].slice(0, FIELDS)) tell(INVALID, target(it));
    fields = new Set();
    isSent = false;
  };
  const lookIn = (ms, isLast) => {
    clearTimeout(timer);
    timer = setTimeout(look, ms, isLast);
  };

  on('pointerdown keydown', () => {
    isTrying = true;
  });
  on('input', () => {
    isTrying = false;
  });
  on('submit invalid', (event) => {
    if (event.type === 'invalid') {
      if (!isTrying) return;
      fields.add(event.target);
    }
    isSent = true;
    lookIn(SAID_MS);
  });
  on('left', (field) => {
    fields.add(field);
    lookIn(SAID_MS);
  });
  on('hidden', () => clearTimeout(timer));
};
