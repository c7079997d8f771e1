// Surveys and leases in the compact form, as the collector writes them (`domain/src/compact/survey.rs`).

const WORDS = ["Next", "Back", "Skip", "Send", "Not now", "Don't ask again", "Close", "Why?", "Please answer", "{at} of {of}", "Question. Press F6.", "Saved."];

const lines = (...rows: (string | number)[][]) => rows.map((row) => row.join("\t") + "\n").join("");

/** A survey for everybody; a popover comes up at `Sent`, at once. */
export const survey = (id: string, surface: "popover" | "inline"): string => {
  const triggers = surface === "popover" ? lines(["message"], ["event", "Sent", "any", 0]) : "";
  return lines(["milepost", 1], ["survey", id, surface, 0, 1000, 50, 0, 0, 0, 0, triggers ? 1 : 0]) + triggers;
};

export const NPS = survey("nps", "popover");

/** What is seen of it: nothing that the compact form would have to escape. */
const PRESENTATION = JSON.stringify({
  accent: "",
  words: WORDS,
  steps: [
    {
      id: "nps",
      kind: "nps",
      isRequired: true,
      title: ["How likely?"],
      text: [],
      shape: "numbers",
      from: 0,
      to: 10,
      low: "Not likely",
      high: "Very likely",
    },
    { id: "thanks", kind: "thanks", isRequired: false, title: ["Thank you."], text: [], contact: "" },
  ],
});

/** A grant of `nps`: a score, and thanks. */
export const lease = (id: string): string =>
  lines(
    ["lease", "granted", id, 60_000, 1],
    ["content", "nps", "en", PRESENTATION, 2],
    ["step", "nps", "nps", 0, 1, 0, 10, 1, 0, 0],
    ["step", "thanks", "thanks", 5, 0, 0, 0, 2, 0, 0],
  );
