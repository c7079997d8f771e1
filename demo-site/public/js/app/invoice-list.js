// Invoices as a list, newest first.

import { el } from "../dom.js";
import { statusBadge } from "../invoice-sheet.js";
import { formatDate, formatMoney } from "../money.js";

export function invoiceList(invoices, heading) {
  return el(
    "section",
    { class: "card list" },
    heading && el("h2", {}, heading),
    el("ul", { "aria-label": heading ? undefined : "Invoices" }, invoices.map(row)),
  );
}

function row({ id, number, customerName, totalCents, currency, status, createdAt, sentAt, dueAt, paidAt }) {
  const when = {
    draft: () => `Written ${formatDate(createdAt)}`,
    sent: () => `Sent ${formatDate(sentAt)}, due ${formatDate(dueAt)}`,
    paid: () => `Paid ${formatDate(paidAt)}`,
  }[status]();
  return el(
    "li",
    { "data-testid": "invoice-row" },
    el(
      "div",
      {},
      el("a", { class: "main", href: `/app/invoices/${id}` }, customerName),
      el("span", { class: "hint" }, `${number} · ${when}`),
    ),
    el("div", { class: "side" }, el("strong", {}, formatMoney(totalCents, currency)), statusBadge(status)),
  );
}
