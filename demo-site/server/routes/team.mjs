// Inviting colleagues. The demonstration sends no e-mail: the inviter passes the link on.

import { email, readFields } from "../fields.mjs";
import { PLANS } from "../plans.mjs";
import { Refusal } from "../refusal.mjs";
import { shownInvitation } from "../shown.mjs";

export function invite({ store, user, account, body }) {
  const fields = readFields(body, { email: email() });
  if (store.userByEmail(fields.email)) {
    throw new Refusal(409, "Please check the marked fields.", {
      email: "This person already has an account with Ledgerly.",
    });
  }
  const open = store.invitationsOf(account);
  if (open.some((invitation) => invitation.email === fields.email)) {
    throw new Refusal(409, "Please check the marked fields.", { email: "This person is already invited." });
  }
  const { name, maxPeople } = PLANS[account.plan];
  if (account.memberIds.length + open.length >= maxPeople) {
    throw new Refusal(409, `The ${name} plan holds ${maxPeople} people. Change the plan in settings to invite more.`);
  }
  const invitation = store.addInvitation(account, user, fields.email);
  return { status: 201, json: { invitation: shownInvitation(invitation) } };
}

export function showInvitation({ store, params }) {
  const invitation = store.invitation(params.id);
  if (!invitation) throw new Refusal(404, "This invitation has been used or withdrawn.");
  const company = store.account(invitation.accountId).name;
  return { json: { email: invitation.email, inviterName: invitation.inviterName, company } };
}
