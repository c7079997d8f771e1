/** What became of a survey, by number; the same list as `SurveySaid::ALL` in `sdk/core/src/prompts/said.rs`. */
export const SHOWN = 0;
export const ANSWERED = 1;
export const SKIPPED = 2;
export const BACK = 3;
export const CLOSED = 4;
export const NOT_NOW = 5;
export const NEVER = 6;
export const HELD = 7;
export const RELEASED = 8;
export const FOLLOWED = 9;
export const GONE = 10;
export const OPENED = 11;
export const THERE = 12;
export const RECEIPT = 13;
