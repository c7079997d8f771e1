// The product's side of Milepost: who is here, and what they did.
// The snippet in every page defines `milepost`; before the SDK has loaded it only takes notes.

/** Tokens last 15 minutes; a page that stays open asks for a new one in time. */
export const IDENTITY_REFRESH_MS = 10 * 60 * 1000;

export function track(event, properties = {}) {
  window.milepost("track", event, properties);
}

/** Tells Milepost who is logged in. `me` is what `/api/me` answers; nobody is fine. */
export function identify({ user, account, milepostToken }) {
  if (!user) return;
  const { id, email, name, plan, role } = user;
  window.milepost("identify", id, { email, name, plan, role }, { token: milepostToken });
  if (account) {
    const { name: company, plan: accountPlan, employees } = account;
    window.milepost("group", account.id, { name: company, plan: accountPlan, employees });
  }
}

/** From here on, whoever uses this browser is somebody else. */
export function forget() {
  window.milepost("reset");
}

export function onMilestone(callback) {
  window.milepost("on", "milestone", callback);
}
