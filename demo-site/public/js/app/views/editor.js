// Writing an invoice, with a preview that follows. Sends it, or keeps it as a draft.

import { post } from "../../api.js";
import { el } from "../../dom.js";
import { field, formError, handleSubmit } from "../../form.js";
import { sheetParts } from "../../invoice-sheet.js";
import { parseCents } from "../../money.js";
import { track } from "../../tracking.js";
import { emptyState } from "../empty.js";
import { notFoundView } from "./not-found.js";

/** As many as the server takes. */
const MAX_LINES = 20;

const CURRENCIES = [["EUR", "Euro (€)"], ["USD", "US dollar ($)"], ["GBP", "Pound (£)"]];

export function editorView(app, { id }) {
  const { customers, invoices } = app.workspace;
  const draft = invoices.find((invoice) => invoice.id === id && invoice.status === "draft");
  if (id && !draft) return notFoundView();

  const title = draft ? `Edit draft ${draft.number}` : "New invoice";
  const head = el(
    "header",
    {},
    el("a", { class: "back", href: "/app/invoices" }, "← All invoices"),
    el("h1", {}, title),
  );
  if (customers.length === 0) {
    const empty = emptyState("people", "Who is it for?", "Add a customer first, then write the invoice.", [
      "Add a customer",
      "/app/customers",
    ]);
    return { title, content: [head, empty] };
  }
  return { title, content: [head, editor(app, draft)] };
}

function editor(app, draft) {
  const { customers } = app.workspace;
  const chosen = draft?.customerId ?? (customers.length === 1 ? customers[0].id : "");
  const currency = draft?.currency ?? app.me.account.currency;
  const lines = el("div", { class: "form", role: "group", "aria-label": "Lines" });
  const addLineButton = el("button", { id: "add-line", class: "button quiet", type: "button", onclick: () => addLine() }, "Add a line");

  const form = el(
    "form",
    { class: "card form", novalidate: true },
    formError(),
    el(
      "div",
      { class: "pair" },
      field(
        "Customer",
        el(
          "select",
          { id: "invoice-customer", name: "customerId", required: true },
          el("option", { value: "" }, "Choose a customer"),
          customers.map(({ id, name }) => el("option", { value: id, selected: id === chosen }, name)),
        ),
      ),
      field(
        "Currency",
        el(
          "select",
          { id: "invoice-currency", name: "currency" },
          CURRENCIES.map(([code, name]) => el("option", { value: code, selected: code === currency }, name)),
        ),
      ),
    ),
    lines,
    el("div", {}, addLineButton),
    el(
      "div",
      { class: "row-actions" },
      el("button", { id: "send-invoice", class: "button", type: "submit" }, "Send invoice"),
      el("button", { id: "save-draft", class: "button quiet", type: "submit", value: "draft" }, "Save as draft"),
    ),
  );
  const preview = el("section", { class: "card sheet", "aria-label": "Preview" });

  function addLine({ item = "", amountCents } = {}) {
    const count = lines.children.length + 1;
    // The first line has the plain ids, the others a number: invoice-item-2.
    const suffix = count === 1 ? "" : `-${count}`;
    const amount = amountCents === undefined ? "" : (amountCents / 100).toFixed(2);
    const line = el(
      "div",
      { class: "pair line" },
      field(
        "What is it for?",
        el("input", { id: `invoice-item${suffix}`, name: `item${suffix}`, value: item, autocomplete: "off", maxlength: "120", required: true }),
        count === 1 && "For example: logo, two days",
      ),
      field(
        "Amount",
        el("input", { id: `invoice-amount${suffix}`, name: `amount${suffix}`, value: amount, inputmode: "decimal", autocomplete: "off", placeholder: "480.00", required: true }),
      ),
    );
    lines.append(line);
    addLineButton.hidden = lines.children.length >= MAX_LINES;
    if (count > 1 && form.isConnected) line.querySelector("input").focus();
    drawPreview();
  }

  function drawPreview() {
    const written = readLines(form);
    const known = written.map(({ item, amountCents }) => ({ item: item || "…", amountCents: amountCents ?? 0 }));
    const customer = customers.find(({ id }) => id === form.elements.customerId.value);
    preview.replaceChildren(
      ...sheetParts(app.me.account.name, {
        number: draft?.number ?? "(next number)",
        customerName: customer?.name ?? "…",
        lines: known,
        currency: form.elements.currency.value,
        totalCents: known.reduce((sum, { amountCents }) => sum + amountCents, 0),
        status: "draft",
      }),
    );
  }

  for (const line of draft?.lines ?? [{}]) addLine(line);
  form.addEventListener("input", drawPreview);
  let kept = draft;

  handleSubmit(form, amountProblems, async (form, submitter) => {
    const body = {
      customerId: form.elements.customerId.value,
      currency: form.elements.currency.value,
      lines: readLines(form),
    };
    // If sending fails after creating, the next attempt changes the same draft.
    const isNew = kept === undefined;
    ({ invoice: kept } = await post(isNew ? "/api/invoices" : `/api/invoices/${kept.id}`, body));
    const { id, total, currency, number, customerName } = kept;
    if (isNew) track("Invoice Created", { total, currency });

    if (submitter?.value === "draft") {
      app.toast(`Draft ${number} is kept.`);
    } else {
      await post(`/api/invoices/${id}/send`);
      track("Invoice Sent", { total, currency });
      app.toast(`Invoice ${number} for ${customerName} is sent.`);
    }
    await app.refresh();
    app.go(`/app/invoices/${id}`);
  });

  return el("div", { class: "columns" }, form, preview);
}

function readLines(form) {
  const inputs = (prefix) => [...form.querySelectorAll(`input[name^="${prefix}"]`)];
  const amounts = inputs("amount");
  return inputs("item").map((item, index) => ({
    item: item.value.trim(),
    amountCents: parseCents(amounts[index].value),
  }));
}

function amountProblems(form) {
  const problems = {};
  for (const input of form.querySelectorAll('input[name^="amount"]')) {
    const cents = parseCents(input.value);
    if (input.value && !cents) problems[input.name] = "Enter an amount such as 480.00.";
  }
  return problems;
}
