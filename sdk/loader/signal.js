/** What the browser tells the module, by number; the same list as `sdk/browser/src/signal.rs`. */
export const WOKE = 0;
export const ACTIVE = 1;
export const CLICKED = 2;
export const ONLINE = 3;
export const VISIBLE = 4;
export const PAGE = 5;
export const RESTORED = 6;
export const STORED = 7;
export const CONFIGURED = 8;
export const SIGHTED = 9;
export const ANSWERED = 10;
export const OBSERVED = 11;
export const PROMPTED = 12;
