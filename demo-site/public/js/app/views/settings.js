// Settings: the person, the company, the plan, what may be measured, and the way out.

import { post } from "../../api.js";
import { el } from "../../dom.js";
import { field, formError, handleSubmit } from "../../form.js";

export function settingsView(app) {
  const isOwner = app.me.user.role === "owner";
  return {
    title: "Settings",
    content: [
      el("header", { class: "view-head" }, el("h1", {}, "Settings")),
      el(
        "div",
        { class: "columns" },
        profileForm(app),
        isOwner && companyForm(app),
        isOwner && planForm(app),
        privacy(),
      ),
      el(
        "div",
        {},
        el("button", { id: "logout", class: "button quiet", type: "button", onclick: () => app.logOut() }, "Log out"),
      ),
    ],
  };
}

function profileForm(app) {
  const { name, email } = app.me.user;
  return settingsForm(app, "You", "/api/profile", "Your name is saved.", [
    field("Your name", el("input", { id: "profile-name", name: "name", value: name, autocomplete: "name", required: true }), `You log in as ${email}.`),
  ]);
}

function companyForm(app) {
  const { name, employees } = app.me.account;
  return settingsForm(app, "Company", "/api/company", "The company is saved.", [
    field("Company name", el("input", { id: "settings-company", name: "name", value: name, autocomplete: "organization", required: true })),
    field("People", el("input", { id: "settings-employees", name: "employees", type: "number", min: "1", max: "1000000", step: "1", value: employees, required: true })),
  ]);
}

function planForm(app) {
  const plans = [["free", "Free: up to 2 people"], ["pro", "Pro: up to 5 people"], ["team", "Team: up to 50 people"]];
  return settingsForm(app, "Plan", "/api/plan", "Your plan is changed.", [
    field(
      "Plan",
      el(
        "select",
        { id: "settings-plan", name: "plan" },
        plans.map(([id, label]) => el("option", { value: id, selected: id === app.me.account.plan }, label)),
      ),
      "This is a demonstration: every plan is free of charge.",
    ),
  ]);
}

function privacy() {
  return el(
    "section",
    { class: "card form" },
    el("h2", {}, "Privacy"),
    el("p", { class: "hint" }, "With your permission we measure where people get stuck. Never what you type."),
    el("div", {}, el("button", { class: "button quiet", type: "button", "data-consent-ask": true }, "Change my choice")),
  );
}

function settingsForm(app, title, path, done, fields) {
  const form = el(
    "form",
    { class: "card form", novalidate: true, "aria-label": title },
    el("h2", {}, title),
    formError(),
    fields,
    el("div", {}, el("button", { class: "button quiet", type: "submit" }, "Save")),
  );
  handleSubmit(form, () => ({}), async () => {
    app.become(await post(path, Object.fromEntries(new FormData(form))));
    app.toast(done);
  });
  return form;
}
