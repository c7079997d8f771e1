// One invoice: what it says, and the link to pay it.

import { post } from "../../api.js";
import { el } from "../../dom.js";
import { field } from "../../form.js";
import { sheetParts } from "../../invoice-sheet.js";
import { track } from "../../tracking.js";
import { notFoundView } from "./not-found.js";

export function invoiceView(app, { id }) {
  const invoice = app.workspace.invoices.find((one) => one.id === id);
  if (!invoice) return notFoundView();
  const title = `Invoice ${invoice.number}`;
  return {
    title,
    content: [
      el(
        "header",
        {},
        el("a", { class: "back", href: "/app/invoices" }, "← All invoices"),
        el("h1", {}, title),
      ),
      el(
        "div",
        { class: "columns" },
        el("section", { class: "card sheet", "aria-label": title }, sheetParts(app.me.account.name, invoice)),
        { draft: draftActions, sent: payLink, paid: receipt }[invoice.status](app, invoice),
      ),
    ],
  };
}
invoiceView.redrawsItself = true;

function draftActions(app, { id, number, customerName, total, currency }) {
  const problem = el("p", { class: "form-error", role: "alert", hidden: true });
  const send = el("button", { id: "send-invoice", class: "button", type: "button" }, "Send invoice");
  send.addEventListener("click", async () => {
    send.disabled = true;
    try {
      await post(`/api/invoices/${id}/send`);
      track("Invoice Sent", { total, currency });
      app.toast(`Invoice ${number} for ${customerName} is sent.`);
      await app.reload();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      send.disabled = false;
    }
  });
  return el(
    "section",
    { class: "card copy" },
    el("h2", {}, "Still a draft"),
    el("p", { class: "hint" }, `${customerName} has not seen it. It gets its due date when you send it.`),
    problem,
    el(
      "div",
      { class: "row-actions" },
      send,
      el("a", { class: "button quiet", href: `/app/invoices/${id}/edit` }, "Edit"),
    ),
  );
}

function payLink(app, { payPath, customerName, customerEmail }) {
  const address = el("input", { id: "pay-link", readonly: true, value: location.origin + payPath });
  const copy = el("button", { class: "button", type: "button" }, "Copy link");
  copy.addEventListener("click", async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      app.toast("The link is copied.");
    } catch {
      app.toast("The link is marked, copy it from the field.");
    }
  });
  return el(
    "section",
    { class: "card copy" },
    el("h2", {}, `Waiting for ${customerName}`),
    el("p", { class: "hint" }, `This is a demonstration, so nothing was mailed to ${customerEmail}. Pass the link on, or open it and pay.`),
    field("Payment link", address),
    el(
      "div",
      { class: "row-actions" },
      copy,
      el("a", { class: "button quiet", href: payPath, target: "_blank", rel: "noopener", "data-testid": "open-pay-page" }, "Open payment page"),
    ),
  );
}

function receipt(app, { payPath, customerName }) {
  return el(
    "section",
    { class: "card copy" },
    el("h2", {}, "Paid"),
    el("p", { class: "hint" }, `${customerName} has paid this invoice. Nothing left to do.`),
    el("div", {}, el("a", { class: "button quiet", href: payPath, target: "_blank", rel: "noopener" }, "Open receipt")),
  );
}
