// Creating the company, the second step of signing up.

import { get, post } from "./api.js";
import { handleSubmit } from "./form.js";
import { identify, track } from "./tracking.js";

const form = document.getElementById("company-form");

get("/api/me").then((me) => {
  if (me.account) location.replace("/app");
  else identify(me);
}, () => {
  // Out of reach for a moment; submitting will say so.
});

handleSubmit(form, () => ({}), async () => {
  const me = await post("/api/company", Object.fromEntries(new FormData(form)));
  identify(me);
  track("Company Created");
  location.assign("/app");
});
