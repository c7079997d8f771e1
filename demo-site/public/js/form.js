// A form that says what is wrong where it is wrong, and moves there.

import { el } from "./dom.js";

/** A labelled field with room for its error; `control` brings its own id and name. */
export function field(label, control, hint) {
  const hintId = `${control.id}-hint`;
  const errorId = `${control.id}-error`;
  control.setAttribute("aria-describedby", hint ? `${errorId} ${hintId}` : errorId);
  return el(
    "div",
    { class: "field" },
    el("label", { for: control.id }, label),
    control,
    hint && el("p", { class: "hint", id: hintId }, hint),
    el("p", { class: "error", id: errorId, hidden: true }),
  );
}

export const formError = () => el("p", { class: "form-error", role: "alert", hidden: true });

/**
 * Runs `save(form)` on submit. `check(form)` may return problems by field name first;
 * those and the server's are shown beside the fields, anything else on top of the form.
 */
export function handleSubmit(form, check, save) {
  const button = form.querySelector("[type=submit]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return;
    clearProblems(form);
    const problems = { ...missingFields(form), ...check(form) };
    if (Object.keys(problems).length > 0) return showProblems(form, problems);

    button.setAttribute("aria-busy", "true");
    try {
      await save(form, event.submitter);
    } catch (error) {
      if (Object.keys(error.fields ?? {}).length > 0) showProblems(form, error.fields);
      else showFormError(form, error.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });

  form.addEventListener("input", ({ target }) => {
    if (target.getAttribute("aria-invalid") === "true") clearProblem(target);
  });
}

function missingFields(form) {
  const problems = {};
  for (const control of form.elements) {
    if (!control.name || !control.willValidate || control.validity.valid) continue;
    problems[control.name] = problemOf(control);
  }
  return problems;
}

function problemOf({ type, validity, minLength, labels }) {
  const name = labels[0]?.firstChild.textContent ?? "this";
  if (validity.valueMissing) return `Please fill in “${name}”.`;
  if (type === "email") return "Enter an e-mail address such as mira@studio.example.";
  if (validity.tooShort) return `Use at least ${minLength} characters.`;
  if (type === "number") return "Enter a whole number, 1 if it is just you.";
  return "Please check this field.";
}

function showProblems(form, problems) {
  const unplaced = [];
  let first;
  for (const [name, problem] of Object.entries(problems)) {
    const control = form.elements.namedItem(name);
    const place = control && document.getElementById(`${control.id}-error`);
    if (!place) {
      unplaced.push(problem);
      continue;
    }
    control.setAttribute("aria-invalid", "true");
    place.textContent = problem;
    place.hidden = false;
    first ??= control;
  }
  if (unplaced.length > 0) showFormError(form, unplaced.join(" "));
  first?.focus();
}

function showFormError(form, message) {
  const place = form.querySelector(".form-error");
  place.textContent = message;
  place.hidden = false;
}

function clearProblems(form) {
  for (const control of form.querySelectorAll("[aria-invalid]")) clearProblem(control);
  form.querySelector(".form-error").hidden = true;
}

function clearProblem(control) {
  control.removeAttribute("aria-invalid");
  const place = document.getElementById(`${control.id}-error`);
  if (place) place.hidden = true;
}
