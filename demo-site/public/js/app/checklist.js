// The onboarding checklist: what is done comes from Ledgerly's own data.

import { el, icon } from "../dom.js";

export function stepsOf({ workspace }) {
  const { customers, invoices, people, invitations } = workspace;
  return [
    { id: "company", title: "Create your company", done: true },
    {
      id: "customer",
      title: "Add your first customer",
      hint: "A name and an e-mail address will do.",
      done: customers.length > 0,
      action: ["Add customer", "/app/customers"],
    },
    {
      id: "invoice",
      title: "Send your first invoice",
      hint: "It takes about a minute.",
      done: invoices.some(({ status }) => status !== "draft"),
      action: ["Write invoice", "/app/new-invoice"],
    },
    {
      id: "colleague",
      title: "Invite a colleague",
      hint: "Your partner or your bookkeeper, perhaps.",
      done: people.length > 1 || invitations.length > 0,
      action: ["Invite", "/app/team"],
    },
  ];
}

export function checklist(app) {
  const steps = stepsOf(app);
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return undefined;
  const next = steps.find((step) => !step.done);

  return el(
    "section",
    { class: "card checklist", "aria-labelledby": "checklist-title", "data-testid": "checklist" },
    el(
      "div",
      { class: "checklist-head" },
      el("h2", { id: "checklist-title" }, "Get set up"),
      el("span", { class: "hint", "data-testid": "checklist-progress" }, `${done} of ${steps.length} done`),
    ),
    el("progress", { max: steps.length, value: done, "aria-label": "Set-up progress" }),
    el("ol", {}, steps.map((step) => row(step, step === next))),
  );
}

function row({ id, title, hint, done, action }, isNext) {
  return el(
    "li",
    { class: done && "done", "data-testid": `step-${id}`, "data-done": String(done) },
    el("span", { class: "tick", role: "img", "aria-label": done ? "Done" : "Not done yet" }, icon("check")),
    el("span", {}, el("strong", {}, title), !done && hint && el("span", { class: "hint" }, hint)),
    !done && el("a", { class: isNext ? "button" : "button quiet", href: action[1] }, action[0]),
  );
}
