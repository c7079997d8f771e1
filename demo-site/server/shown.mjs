// What of each thing leaves the server: never a password, never another company's data.

export const shownUser = ({ id, name, email, plan, role }) => ({ id, name, email, plan, role });

export const shownPerson = ({ id, name, email, role }) => ({ id, name, email, role });

export const shownAccount = ({ id, name, employees, plan, currency }) => ({ id, name, employees, plan, currency });

export const shownInvitation = ({ id, email, invitedAt }) => ({ id, email, invitedAt, path: `/signup?invitation=${id}` });

export function shownInvoice({ accountId, authorId, senderId, ...invoice }) {
  return { ...invoice, total: major(invoice.totalCents), payPath: `/pay/${invoice.id}` };
}

/** 48050 cents are 480.5 euros. */
export const major = (cents) => cents / 100;
