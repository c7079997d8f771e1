// Signing up, logging in, and the company.

import { email, oneOf, password, readFields, text, wholeNumber } from "../fields.mjs";
import { hashPassword, passwordMatches } from "../passwords.mjs";
import { PLANS } from "../plans.mjs";
import { Refusal } from "../refusal.mjs";
import { expiredCookie, sessionCookie } from "../sessions.mjs";
import { shownAccount, shownInvitation, shownInvoice, shownPerson, shownUser } from "../shown.mjs";

const plan = oneOf(Object.keys(PLANS), "Choose one of the plans.");
const currency = oneOf(["EUR", "USD", "GBP"], "Choose one of the currencies.");

export async function signUp({ store, milepost, body }) {
  const fields = readFields(body, {
    name: text("Enter your name."),
    email: email(),
    password: password(),
    plan: (given) => plan(given ?? "free"),
  });
  const stored = await hashPassword(fields.password);
  if (store.userByEmail(fields.email)) {
    throw new Refusal(409, "Please check the marked fields.", {
      email: "There is already an account with this e-mail address. Log in instead?",
    });
  }
  const invitation = body.invitation && store.invitation(body.invitation);
  if (body.invitation && invitation?.email !== fields.email) {
    throw new Refusal(409, "Please check the marked fields.", {
      email: "This invitation was sent to another address, or has been used.",
    });
  }
  const user = store.addUser({ ...fields, password: stored });
  if (invitation) {
    store.join(user, store.account(invitation.accountId), "member");
    store.removeInvitation(invitation);
  }
  return signedIn(store, milepost, user, 201);
}

export async function logIn({ store, milepost, body }) {
  const fields = readFields(body, { email: email(), password: text("Enter your password.", 200) });
  const user = store.userByEmail(fields.email);
  // The password as typed: `text` would have trimmed it.
  if (!(await passwordMatches(String(body.password), user?.password))) {
    throw new Refusal(401, "The e-mail address and the password do not match.");
  }
  return signedIn(store, milepost, user, 200);
}

export function logOut({ store, sessionId }) {
  store.closeSession(sessionId);
  return { json: { user: null, account: null }, cookie: expiredCookie() };
}

export function me({ store, milepost, user }) {
  return { json: whoIs(store, milepost, user) };
}

export function updateProfile({ store, milepost, user, body }) {
  user.name = readFields(body, { name: text("Enter your name.") }).name;
  return { json: whoIs(store, milepost, user) };
}

/** The plan belongs to the company; before there is one, to the person. */
export function changePlan({ store, milepost, user, account, body }) {
  const chosen = readFields(body, { plan }).plan;
  requireOwner(user);
  if (account) {
    requireRoom(store, account, chosen);
    account.plan = chosen;
    for (const person of store.peopleOf(account)) person.plan = chosen;
  }
  user.plan = chosen;
  return { json: whoIs(store, milepost, user) };
}

export function saveCompany({ store, milepost, user, account, body }) {
  requireOwner(user);
  const fields = readFields(body, {
    name: text("Enter your company's name."),
    employees: wholeNumber(1, 1_000_000, "Enter a whole number, 1 if it is just you."),
    currency: (given) => currency(given ?? account?.currency ?? "EUR"),
  });
  if (account) Object.assign(account, fields);
  else store.addAccount(user, fields);
  return { status: account ? 200 : 201, json: whoIs(store, milepost, user) };
}

/** All that the app shows, in one answer. */
export function workspace({ store, account }) {
  return {
    json: {
      customers: account.customers,
      invoices: account.invoices.map(shownInvoice).reverse(),
      people: store.peopleOf(account).map(shownPerson),
      invitations: store.invitationsOf(account).map(shownInvitation),
    },
  };
}

function signedIn(store, milepost, user, status) {
  return { status, json: whoIs(store, milepost, user), cookie: sessionCookie(store.openSession(user)) };
}

function whoIs(store, milepost, user) {
  if (!user) return { user: null, account: null };
  const account = store.accountOf(user);
  return {
    user: shownUser(user),
    account: account ? shownAccount(account) : null,
    milepostToken: milepost.identityToken(user),
  };
}

function requireOwner(user) {
  if (user.role !== "owner") throw new Refusal(403, "Only the owner of the company can change this.");
}

function requireRoom(store, account, chosen) {
  const { name, maxCustomers, maxPeople } = PLANS[chosen];
  const people = account.memberIds.length + store.invitationsOf(account).length;
  if (account.customers.length > maxCustomers || people > maxPeople) {
    throw new Refusal(
      409,
      `You have more than the ${name} plan holds (${maxCustomers} customers, ${maxPeople} people).`,
    );
  }
}
