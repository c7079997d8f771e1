// Who works here, who is invited, and a form to invite one more.

import { post } from "../../api.js";
import { el } from "../../dom.js";
import { field, formError, handleSubmit } from "../../form.js";
import { track } from "../../tracking.js";

export function teamView(app) {
  const { people, invitations } = app.workspace;
  return {
    title: "Team",
    content: [
      el("header", { class: "view-head" }, el("h1", {}, "Team")),
      inviteForm(app),
      el(
        "section",
        { class: "card list" },
        el("ul", { "aria-label": "People" }, people.map(personRow), invitations.map(invitationRow)),
      ),
    ],
  };
}

function inviteForm(app) {
  const form = el(
    "form",
    { class: "card inline-form one", novalidate: true, "aria-label": "Invite a colleague" },
    el("h2", {}, "Invite a colleague"),
    el("p", { class: "hint lead-hint" }, "They see the same customers and invoices as you."),
    formError(),
    field(
      "E-mail address",
      el("input", { id: "colleague-email", name: "email", type: "email", autocomplete: "off", required: true }),
    ),
    el("button", { id: "invite", class: "button", type: "submit", "data-milepost": "invite" }, "Invite"),
  );
  handleSubmit(form, () => ({}), async () => {
    const { invitation } = await post("/api/team/invite", Object.fromEntries(new FormData(form)));
    track("Colleague Invited");
    app.toast(`${invitation.email} is invited.`);
    await app.reload();
    document.getElementById("colleague-email").focus();
  });
  return form;
}

function personRow({ name, email, role }) {
  return el(
    "li",
    { "data-testid": "person-row" },
    el("div", {}, el("span", { class: "main" }, name), el("span", { class: "hint" }, email)),
    el("div", { class: "side" }, el("span", { class: "badge" }, role === "owner" ? "Owner" : "Member")),
  );
}

function invitationRow({ email, path }) {
  return el(
    "li",
    { "data-testid": "invitation-row" },
    el(
      "div",
      {},
      el("span", { class: "main" }, email),
      el("span", { class: "hint" }, "Nothing is mailed here: pass on the ", el("a", { href: path, "data-testid": "invitation-link" }, "invitation link"), "."),
    ),
    el("div", { class: "side" }, el("span", { class: "badge sent" }, "Invited")),
  );
}
