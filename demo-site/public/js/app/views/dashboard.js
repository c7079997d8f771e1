// Home: the checklist until it is done, what is owed, and the latest invoices.

import { el, icon } from "../../dom.js";
import { formatMoney } from "../../money.js";
import { checklist } from "../checklist.js";
import { emptyState } from "../empty.js";
import { invoiceList } from "../invoice-list.js";

const LATEST_SHOWN = 5;

export function dashboardView(app) {
  const { invoices, customers } = app.workspace;
  const firstName = app.me.user.name.split(/\s+/)[0];
  return {
    title: "Home",
    content: [
      el(
        "header",
        { class: "view-head" },
        el("div", {}, el("h1", {}, `Good to see you, ${firstName}`)),
        customers.length > 0 && el("a", { class: "button", href: "/app/new-invoice" }, icon("plus"), "New invoice"),
      ),
      checklist(app),
      el(
        "dl",
        { class: "stats" },
        stat("Waiting for", sums(app, "sent"), "stat-waiting"),
        stat("Paid", sums(app, "paid"), "stat-paid"),
        stat("Customers", String(customers.length), "stat-customers"),
      ),
      invoices.length > 0
        ? invoiceList(invoices.slice(0, LATEST_SHOWN), "Latest invoices")
        : emptyState("invoice", "No invoices yet", "What you send and what is paid will show up here."),
    ],
  };
}
dashboardView.redrawsItself = true;

function stat(name, value, testId) {
  return el("div", { class: "card stat" }, el("dt", {}, name), el("dd", { "data-testid": testId }, value));
}

/** One sum per currency: euros and dollars are never added up. */
function sums({ workspace, me }, status) {
  const byCurrency = new Map();
  for (const invoice of workspace.invoices) {
    if (invoice.status !== status) continue;
    byCurrency.set(invoice.currency, (byCurrency.get(invoice.currency) ?? 0) + invoice.totalCents);
  }
  if (byCurrency.size === 0) return formatMoney(0, me.account.currency);
  return [...byCurrency].map(([currency, cents]) => formatMoney(cents, currency)).join(" + ");
}
