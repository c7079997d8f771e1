/**
 * Fields: entered, typed into, left. Says by how much a text grew or shrank, never what it says; of a password not
 * even that.
 */
import { say } from './hear.js';
import { matches } from './matches.js';
import { BLURRED, FOCUSED, HELP, TYPED } from './observation.js';
import { target } from './target.js';

/** What is filled in. */
export const FIELDS =
  'textarea,select,[contenteditable]:not([contenteditable=false]),input:not([type=button],[type=submit],[type=reset],[type=image],[type=checkbox],[type=radio])';

export const watchFields = (on, tell) => {
  let field;
  let length;
  let isChanged;

  const measure = () => (matches(field, 'input:not([type=password]),textarea') ? field.value.length : undefined);

  const leave = () => {
    if (!field) return;
    tell(BLURRED, target(field), +isChanged);
    if (isChanged) say('left', field);
    field = undefined;
  };

  on('focusin', (event) => {
    const [it] = event.composedPath();
    // Back in the window, the focus is where it was.
    if (it === field) return;
    leave();
    if (!matches(it, FIELDS)) return;
    field = it;
    isChanged = false;
    length = measure();
    tell(FOCUSED, target(field));
    if (matches(field, '[type=search],[role=searchbox]')) tell(HELP);
  });
  // Out of the window, the focus stays where it is.
  on('focusout', () => document.activeElement === field || leave());
  on('input change', (event) => {
    if (!event.isTrusted) return;
    const [it] = event.composedPath();
    say('edited', it);
    if (it !== field) return;
    isChanged = true;
    if (event.type === 'change') return;
    const before = length;
    length = measure();
    tell(TYPED, target(field), length === undefined ? (/^delete/.test(event.inputType) ? -1 : 1) : length - before);
  });
};
