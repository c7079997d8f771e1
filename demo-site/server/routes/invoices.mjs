// Writing, sending and paying invoices.

import { invoiceLines, oneOf, readFields } from "../fields.mjs";
import { Refusal } from "../refusal.mjs";
import { major, shownInvoice } from "../shown.mjs";

const currency = oneOf(["EUR", "USD", "GBP"], "Choose one of the currencies.");

/** Only invoices of this plan say that they were sent with Ledgerly. */
const PLAN_WITH_MENTION = "free";

export function create({ store, user, account, body }) {
  const invoice = store.addInvoice(account, user, draftOf(account, body));
  return { status: 201, json: { invoice: shownInvoice(invoice) } };
}

export function update({ store, account, params, body }) {
  const invoice = draftToChange(store, account, params.id);
  Object.assign(invoice, draftOf(account, body));
  return { json: { invoice: shownInvoice(invoice) } };
}

export function send({ store, user, account, params }) {
  const invoice = draftToChange(store, account, params.id);
  store.markSent(invoice, user);
  return { json: { invoice: shownInvoice(invoice) } };
}

/** What the payment page shows to whoever holds the link. */
export function showToPayer({ store, params }) {
  return { json: seenByPayer(store, sentInvoice(store, params.id)) };
}

export function pay({ store, milepost, params }) {
  const invoice = sentInvoice(store, params.id);
  if (invoice.status !== "paid") {
    store.markPaid(invoice);
    // The payer is not a user of Ledgerly, so only the server can report this.
    milepost.track(invoice.senderId, "Invoice Paid", {
      invoiceId: invoice.id,
      total: major(invoice.totalCents),
      currency: invoice.currency,
    });
  }
  return { json: seenByPayer(store, invoice) };
}

function draftOf(account, body) {
  const fields = readFields(body, {
    customerId: (given) => {
      if (!account.customers.some(({ id }) => id === given)) throw "Choose a customer.";
      return given;
    },
    lines: invoiceLines(),
    currency: (given) => currency(given ?? account.currency),
  });
  const customer = account.customers.find(({ id }) => id === fields.customerId);
  return {
    ...fields,
    customerName: customer.name,
    customerEmail: customer.email,
    totalCents: fields.lines.reduce((sum, { amountCents }) => sum + amountCents, 0),
  };
}

function draftToChange(store, account, id) {
  const invoice = store.invoice(id);
  if (invoice?.accountId !== account.id) throw new Refusal(404, "There is no such invoice.");
  if (invoice.status !== "draft") {
    throw new Refusal(409, "This invoice has been sent and can no longer be changed.");
  }
  return invoice;
}

function sentInvoice(store, id) {
  const invoice = store.invoice(id);
  if (!invoice || invoice.status === "draft") throw new Refusal(404, "There is no such invoice.");
  return invoice;
}

function seenByPayer(store, invoice) {
  const account = store.account(invoice.accountId);
  const { number, customerName, lines, currency, totalCents, status, dueAt, paidAt } = invoice;
  return {
    invoice: { number, customerName, lines, currency, totalCents, status, dueAt, paidAt },
    company: account.name,
    mentionsLedgerly: account.plan === PLAN_WITH_MENTION,
  };
}
