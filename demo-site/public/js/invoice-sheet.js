// An invoice as its reader sees it: in the editor, in the app and on the payment page.

import { el } from "./dom.js";
import { formatDate, formatMoney } from "./money.js";

const STATUS = { draft: "Draft", sent: "Sent", paid: "Paid" };

export function statusBadge(status) {
  return el(
    "span",
    { class: `badge ${status}`, "data-milepost": status === "paid" && "paid-badge", "data-testid": `status-${status}` },
    STATUS[status],
  );
}

export function sheetParts(company, invoice, badge = statusBadge(invoice.status)) {
  const { number, customerName, lines, currency, totalCents, dueAt, paidAt } = invoice;
  const due = dueAt ? formatDate(dueAt) : "14 days after sending";
  return [
    el(
      "div",
      { class: "sheet-head" },
      el("div", {}, el("strong", {}, company), el("span", { class: "hint" }, `Invoice ${number}`)),
      el("div", {}, badge),
    ),
    el(
      "dl",
      { class: "sheet-facts" },
      el("div", {}, el("dt", {}, "For"), el("dd", {}, customerName)),
      paidAt
        ? el("div", {}, el("dt", {}, "Paid"), el("dd", {}, formatDate(paidAt)))
        : el("div", {}, el("dt", {}, "Due"), el("dd", {}, due)),
    ),
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "What"), el("th", { scope: "col" }, "Amount"))),
      el(
        "tbody",
        {},
        lines.map(({ item, amountCents }) =>
          el("tr", {}, el("td", {}, item), el("td", {}, formatMoney(amountCents, currency))),
        ),
      ),
      el(
        "tfoot",
        {},
        el("tr", {}, el("td", {}, "Total"), el("td", { "data-testid": "invoice-total" }, formatMoney(totalCents, currency))),
      ),
    ),
  ];
}
