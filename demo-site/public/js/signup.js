// Signing up: with a plan from the pricing page, or with a colleague's invitation.

import { get, post } from "./api.js";
import { handleSubmit } from "./form.js";
import { identify, track } from "./tracking.js";

const form = document.getElementById("signup-form");
const { plan, email } = form.elements;
const query = new URLSearchParams(location.search);

const chosenPlan = query.get("plan");
if ([...plan.options].some(({ value }) => value === chosenPlan)) plan.value = chosenPlan;

const invitation = query.get("invitation") ?? undefined;
if (invitation) await showInvitation();

handleSubmit(form, () => ({}), async () => {
  const { name, email, password, plan } = Object.fromEntries(new FormData(form));
  const me = await post("/api/signup", { name, email, password, plan, invitation });
  identify(me);
  track("Signed Up");
  location.assign(me.account ? "/app" : "/company");
});

async function showInvitation() {
  const lead = document.getElementById("signup-lead");
  try {
    const { email: invited, inviterName, company } = await get(`/api/invitations/${encodeURIComponent(invitation)}`);
    lead.textContent = `${inviterName} invites you to join ${company}.`;
    email.value = invited;
    document.getElementById("plan-field").hidden = true;
  } catch (error) {
    lead.textContent = error.message;
  }
}
