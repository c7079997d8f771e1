// Logging in.

import { post } from "./api.js";
import { handleSubmit } from "./form.js";
import { identify } from "./tracking.js";

const form = document.getElementById("login-form");

handleSubmit(form, () => ({}), async () => {
  const me = await post("/api/login", Object.fromEntries(new FormData(form)));
  identify(me);
  location.assign(me.account ? "/app" : "/company");
});
