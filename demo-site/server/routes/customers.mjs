// The people a company sends invoices to.

import { email, readFields, text } from "../fields.mjs";
import { PLANS } from "../plans.mjs";
import { Refusal } from "../refusal.mjs";

export function add({ store, account, body }) {
  const fields = readFields(body, {
    name: text("Enter the customer's name."),
    email: email(),
  });
  const { name, maxCustomers } = PLANS[account.plan];
  if (account.customers.length >= maxCustomers) {
    throw new Refusal(409, `The ${name} plan holds ${maxCustomers} customers. Change the plan in settings to add more.`);
  }
  if (account.customers.some((customer) => customer.email === fields.email)) {
    throw new Refusal(409, "Please check the marked fields.", {
      email: "You already have a customer with this address.",
    });
  }
  return { status: 201, json: { customer: store.addCustomer(account, fields) } };
}
