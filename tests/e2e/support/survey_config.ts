// Surveys and leases in the compact form, as the collector writes them (`domain/src/compact/survey.rs`).

const WORDS = ["Next", "Back", "Skip", "Send", "Not now", "Don't ask again", "Close", "Why?", "Please answer", "{at} of {of}", "Question. Press F6.", "Saved."];

const lines = (...rows: (string | number)[][]) => rows.map((row) => row.join("\t") + "\n").join("");

/** A survey for everybody; a popover comes up at `Sent`, at once. */
export const survey = (id: string, surface: "popover" | "inline"): string => {
  const triggers = surface === "popover" ? lines(["message"], ["event", "Sent", "any", 0]) : "";
  return lines(["milepost", 1], ["survey", id, surface, 0, 1000, 50, 0, 0, 0, 0, triggers ? 1 : 0]) + triggers;
};

export const NPS = survey("nps", "popover");

/** A grant of `nps`: a score, and thanks. */
export const lease = (id: string): string =>
  lines(
    ["lease", "granted", id, 60_000, 1],
    ["content", "nps", "en", "", ...WORDS, 2],
    ["step", "nps", 1, 1, "scale", "nps", "numbers", 0, 10, "Not likely", "Very likely", 1, "plain", "How likely?", 0, 0],
    ["step", "thanks", 0, "-", "thanks", "", 0, 1, "plain", "Thank you.", 0, 0],
  );
