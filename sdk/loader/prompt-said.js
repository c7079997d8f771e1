/** What became of the question, by number; the same list as `PromptSaid::ALL` in `sdk/core/src/observation.rs`. */
export const ASKED = 0;
export const HINTED = 1;
export const OPENED = 2;
export const FINE = 3;
export const CONFUSED = 4;
export const HELP = 5;
export const DISMISSED = 6;
export const NEVER = 8;
export const HELD = 9;
export const RELEASED = 10;
