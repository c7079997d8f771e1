// Where tests leave a page for: another of the same host, without anything of ours.
// Not another site: that is another process, and Chromium ends the old one after half a second, whether or not a busy machine has
// let it say good-bye.
export const ELSEWHERE = "<!doctype html><title>Elsewhere</title>";
