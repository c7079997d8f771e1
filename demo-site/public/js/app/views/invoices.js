// All invoices.

import { el, icon } from "../../dom.js";
import { emptyState } from "../empty.js";
import { invoiceList } from "../invoice-list.js";

export function invoicesView({ workspace }) {
  const { invoices } = workspace;
  return {
    title: "Invoices",
    content: [
      el(
        "header",
        { class: "view-head" },
        el("h1", {}, "Invoices"),
        el("a", { id: "new-invoice", class: "button", href: "/app/new-invoice" }, icon("plus"), "New invoice"),
      ),
      invoices.length > 0
        ? invoiceList(invoices)
        : emptyState("invoice", "No invoices yet", "Write the first one: who it is for, what you did, what it costs."),
    ],
  };
}
invoicesView.redrawsItself = true;
