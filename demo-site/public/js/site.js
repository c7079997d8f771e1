// The public pages: says who is here, and offers the app instead of signing up.

import { get } from "./api.js";
import { identify } from "./tracking.js";

const me = await get("/api/me").catch(() => ({ user: null }));
identify(me);

for (const element of document.querySelectorAll("[data-when]")) {
  element.hidden = (element.dataset.when === "signed-in") !== Boolean(me.user);
}

// Whoever already has a plan changes it in the settings.
if (me.user) {
  for (const link of document.querySelectorAll("a[data-plan]")) link.href = "/app/settings";
}
