// Everything Ledgerly knows, in memory: it starts empty and forgets all when it stops.
// Knows no HTTP and no rules about who may do what.

import { randomBytes } from "node:crypto";
import { SESSION_LIFETIME_MS } from "./sessions.mjs";
import { Refusal } from "./refusal.mjs";

/** A demonstration must not fill the machine's memory. */
const MAX_USERS = 20_000;
const MAX_SESSIONS = 50_000;
const MAX_INVOICES_PER_ACCOUNT = 1_000;

const PAYMENT_TERM_DAYS = 14;

export function createStore() {
  const users = new Map();
  const usersByEmail = new Map();
  const accounts = new Map();
  const sessions = new Map();
  const invitations = new Map();
  const invoices = new Map();

  return {
    userByEmail: (email) => usersByEmail.get(email),
    accountOf: (user) => accounts.get(user.accountId),
    account: (id) => accounts.get(id),
    invitation: (id) => invitations.get(id),
    invoice: (id) => invoices.get(id),
    peopleOf: (account) => account.memberIds.map((id) => users.get(id)),
    invitationsOf: (account) => [...invitations.values()].filter((one) => one.accountId === account.id),

    addUser({ name, email, password, plan }) {
      if (users.size >= MAX_USERS) throw new Refusal(503, "This demonstration is full.");
      const user = { id: newId("usr"), name, email, password, plan, role: "owner", accountId: undefined };
      users.set(user.id, user);
      usersByEmail.set(email, user);
      return user;
    },

    addAccount(owner, { name, employees, currency }) {
      const account = {
        id: newId("acc"),
        name,
        employees,
        currency,
        plan: owner.plan,
        memberIds: [],
        customers: [],
        invoices: [],
      };
      accounts.set(account.id, account);
      this.join(owner, account, "owner");
      return account;
    },

    join(user, account, role) {
      user.accountId = account.id;
      user.role = role;
      user.plan = account.plan;
      account.memberIds.push(user.id);
    },

    addCustomer(account, { name, email }) {
      const customer = { id: newId("cus"), name, email, addedAt: Date.now() };
      account.customers.push(customer);
      return customer;
    },

    addInvoice(account, author, draft) {
      if (account.invoices.length >= MAX_INVOICES_PER_ACCOUNT) {
        throw new Refusal(409, "This demonstration holds no more invoices for one company.");
      }
      const createdAt = Date.now();
      const count = String(account.invoices.length + 1).padStart(3, "0");
      const invoice = {
        id: newId("inv"),
        number: `${new Date(createdAt).getFullYear()}-${count}`,
        accountId: account.id,
        authorId: author.id,
        status: "draft",
        createdAt,
        ...draft,
      };
      invoices.set(invoice.id, invoice);
      account.invoices.push(invoice);
      return invoice;
    },

    markSent(invoice, sender) {
      invoice.status = "sent";
      invoice.senderId = sender.id;
      invoice.sentAt = Date.now();
      invoice.dueAt = invoice.sentAt + PAYMENT_TERM_DAYS * 24 * 60 * 60 * 1000;
    },

    markPaid(invoice) {
      invoice.status = "paid";
      invoice.paidAt = Date.now();
    },

    addInvitation(account, inviter, email) {
      const invitation = {
        id: newId("join"),
        accountId: account.id,
        email,
        inviterName: inviter.name,
        invitedAt: Date.now(),
      };
      invitations.set(invitation.id, invitation);
      return invitation;
    },

    removeInvitation: (invitation) => invitations.delete(invitation.id),

    openSession(user) {
      // A Map keeps insertion order, so the first one is the oldest.
      if (sessions.size >= MAX_SESSIONS) sessions.delete(sessions.keys().next().value);
      const id = randomBytes(24).toString("base64url");
      sessions.set(id, { userId: user.id, expiresAt: Date.now() + SESSION_LIFETIME_MS });
      return id;
    },

    closeSession: (id) => sessions.delete(id),

    userOfSession(id) {
      const session = sessions.get(id);
      if (!session) return undefined;
      if (session.expiresAt < Date.now()) {
        sessions.delete(id);
        return undefined;
      }
      return users.get(session.userId);
    },
  };
}

/** Not guessable: an invoice's id is also the address of its payment page. */
function newId(prefix) {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}
