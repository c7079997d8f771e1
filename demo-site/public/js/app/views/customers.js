// The customers, and a form to add one.

import { post } from "../../api.js";
import { el } from "../../dom.js";
import { field, formError, handleSubmit } from "../../form.js";
import { formatMoney } from "../../money.js";
import { track } from "../../tracking.js";
import { emptyState } from "../empty.js";

export function customersView(app) {
  const { customers } = app.workspace;
  return {
    title: "Customers",
    content: [
      el(
        "header",
        { class: "view-head" },
        el("h1", {}, "Customers"),
        customers.length > 0 && el("a", { class: "button quiet", href: "/app/new-invoice" }, "Write an invoice"),
      ),
      addForm(app),
      customers.length > 0
        ? el(
            "section",
            { class: "card list" },
            el("ul", { "aria-label": "Customers" }, customers.map((customer) => row(app, customer))),
          )
        : emptyState("people", "Nobody here yet", "Add the first person or company you want to send an invoice to."),
    ],
  };
}

function addForm(app) {
  const form = el(
    "form",
    { class: "card inline-form", novalidate: true, "aria-label": "Add a customer" },
    formError(),
    field("Name", el("input", { id: "customer-name", name: "name", autocomplete: "off", maxlength: "120", required: true })),
    field(
      "E-mail address",
      el("input", { id: "customer-email", name: "email", type: "email", autocomplete: "off", required: true }),
    ),
    el("button", { id: "add-customer", class: "button", type: "submit" }, "Add customer"),
  );
  handleSubmit(form, () => ({}), async () => {
    const { customer } = await post("/api/customers", Object.fromEntries(new FormData(form)));
    track("Customer Added");
    app.toast(`${customer.name} is added.`);
    await app.reload();
    document.getElementById("customer-name").focus();
  });
  return form;
}

function row(app, { id, name, email }) {
  const theirs = app.workspace.invoices.filter((invoice) => invoice.customerId === id);
  const owed = theirs.filter(({ status }) => status === "sent");
  const count = theirs.length === 1 ? "1 invoice" : `${theirs.length} invoices`;
  return el(
    "li",
    { "data-testid": "customer-row" },
    el("div", {}, el("span", { class: "main" }, name), el("span", { class: "hint" }, email)),
    el(
      "div",
      { class: "side" },
      el("span", { class: "hint" }, theirs.length > 0 ? count : "No invoices yet"),
      owed.map((invoice) => el("a", { href: `/app/invoices/${invoice.id}` }, `${formatMoney(invoice.totalCents, invoice.currency)} open`)).slice(0, 2),
    ),
  );
}
