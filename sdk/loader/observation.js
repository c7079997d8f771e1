/** Kinds of what is seen of the page, by number; the same list as in `sdk/core/src/observation.rs`. */
export const SHOWN = 0;
export const MOVED = 1;
export const CLICKED = 2;
export const REACTED = 3;
export const SCROLLED = 4;
export const FOCUSED = 5;
export const TYPED = 6;
export const BLURRED = 7;
export const KEYED = 8;
export const INVALID = 9;
export const FAILED = 10;
export const HELP = 11;
export const BUSY = 12;

/** What was clicked on. */
export const CONTROL = 0;
export const PLAIN = 1;
export const OPAQUE = 2;

/** Why not to interrupt. */
export const DRAGGING = 0;
export const COMPOSING = 1;
export const MODAL = 2;
export const DIRTY = 3;
export const MEDIA = 4;
export const FULLSCREEN = 5;
export const PRESSED = 6;
export const WRITING = 7;
