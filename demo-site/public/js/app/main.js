// The app: loads what it shows, follows the address, redraws.
// Each view is a function from the context to elements; it keeps nothing.

import { get, post } from "../api.js";
import { el } from "../dom.js";
import { IDENTITY_REFRESH_MS, forget, identify, onMilestone } from "../tracking.js";
import { createRouter } from "./router.js";
import { toast } from "./toast.js";
import { customersView } from "./views/customers.js";
import { dashboardView } from "./views/dashboard.js";
import { editorView } from "./views/editor.js";
import { invoiceView } from "./views/invoice.js";
import { invoicesView } from "./views/invoices.js";
import { notFoundView } from "./views/not-found.js";
import { settingsView } from "./views/settings.js";
import { teamView } from "./views/team.js";

const ROUTES = [
  ["/app", dashboardView],
  ["/app/customers", customersView],
  ["/app/invoices", invoicesView],
  ["/app/new-invoice", editorView],
  ["/app/invoices/:id", invoiceView],
  ["/app/invoices/:id/edit", editorView],
  ["/app/team", teamView],
  ["/app/settings", settingsView],
];

/** What Ledgerly says when Milepost reports that somebody got somewhere. */
const CONGRATULATIONS = {
  "first-invoice-sent": "Your first invoice is out. That was the hard part.",
  "colleague-invited": "You are a team now.",
};

const main = document.getElementById("main");
const router = createRouter(ROUTES, notFoundView, draw);

const app = {
  me: undefined,
  workspace: undefined,
  toast,
  go: (path) => router.go(path),

  /** After a change: fetch everything again. */
  async refresh() {
    app.workspace = await get("/api/workspace");
  },

  /** The same, and draw the same view. */
  async reload() {
    await app.refresh();
    draw(router.current());
  },

  /** After a change to the person, the company or the plan. */
  become(me) {
    app.me = me;
    identify(me);
    drawFrame();
  },

  async logOut() {
    await post("/api/logout");
    forget();
    location.assign("/");
  },
};

await start();

async function start() {
  try {
    const [me, workspace] = await Promise.all([get("/api/me"), get("/api/workspace")]);
    app.workspace = workspace;
    app.become(me);
  } catch (error) {
    main.replaceChildren(
      el("h1", {}, "Ledgerly is out of reach"),
      el("p", { class: "hint" }, error.message),
      el("p", {}, el("a", { class: "button", href: location.pathname }, "Try again")),
    );
    return;
  }
  router.start();
  onMilestone(({ milestone }) => {
    if (CONGRATULATIONS[milestone]) toast(CONGRATULATIONS[milestone]);
  });
  setInterval(refreshIdentity, IDENTITY_REFRESH_MS);
  document.addEventListener("visibilitychange", noticePayments);
}

function draw({ view, params, arrived }) {
  const { title, content } = view(app, params);
  document.title = `${title} · Ledgerly`;
  main.replaceChildren(...content.filter(Boolean));
  drawFrame();
  if (arrived) {
    scrollTo(0, 0);
    const heading = main.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

function drawFrame() {
  document.querySelector(".who-company").textContent = app.me.account.name;
  document.querySelector(".who-user").textContent = app.me.user.name;
  for (const link of document.querySelectorAll(".app-nav a")) {
    const path = link.getAttribute("href");
    const here = location.pathname.replace("/app/new-invoice", "/app/invoices");
    const current = path === "/app" ? here === path : here === path || here.startsWith(`${path}/`);
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

async function refreshIdentity() {
  const me = await get("/api/me").catch(() => undefined);
  if (me?.account) app.become(me);
}

/** Somebody may have paid while this tab was in the background. A view being typed in is left alone. */
async function noticePayments() {
  if (document.hidden || !router.current().view.redrawsItself) return;
  await app.reload().catch(() => {
    // Out of reach for a moment: what is on the screen stays.
  });
}
