// The request handler: pages, files and the JSON API, as one table each.
// Knows which path goes where; what a path does lives in `routes/`.

import { answerJson, answerRefusal, readJson, redirect } from "./http.mjs";
import { loadFiles } from "./files.mjs";
import { createMilepost } from "./milepost.mjs";
import { loadPages } from "./pages.mjs";
import { Refusal } from "./refusal.mjs";
import { sessionIdOf } from "./sessions.mjs";
import { createStore } from "./store.mjs";
import * as accounts from "./routes/accounts.mjs";
import * as customers from "./routes/customers.mjs";
import * as invoices from "./routes/invoices.mjs";
import * as team from "./routes/team.mjs";

/** method, path, handler, who may call it: anyone, a user, or a member of a company. */
const API = [
  ["POST", "/api/signup", accounts.signUp, "anyone"],
  ["POST", "/api/login", accounts.logIn, "anyone"],
  ["POST", "/api/logout", accounts.logOut, "anyone"],
  ["GET", "/api/me", accounts.me, "anyone"],
  ["POST", "/api/profile", accounts.updateProfile, "user"],
  ["POST", "/api/plan", accounts.changePlan, "user"],
  ["POST", "/api/company", accounts.saveCompany, "user"],
  ["GET", "/api/workspace", accounts.workspace, "member"],
  ["POST", "/api/customers", customers.add, "member"],
  ["POST", "/api/invoices", invoices.create, "member"],
  ["POST", "/api/invoices/:id", invoices.update, "member"],
  ["POST", "/api/invoices/:id/send", invoices.send, "member"],
  ["GET", "/api/invoices/:id/public", invoices.showToPayer, "anyone"],
  ["POST", "/api/invoices/:id/pay", invoices.pay, "anyone"],
  ["POST", "/api/team/invite", team.invite, "member"],
  ["GET", "/api/invitations/:id", team.showInvitation, "anyone"],
].map(([method, path, handler, caller]) => ({ method, pattern: patternOf(path), handler, caller }));

/** path, HTML file, who may open it; everyone else is sent to where they can go on. */
const PAGES = [
  ["/", "index.html", "anyone"],
  ["/pricing", "pricing.html", "anyone"],
  ["/help", "help.html", "anyone"],
  ["/signup", "signup.html", "visitor"],
  ["/login", "login.html", "visitor"],
  ["/company", "company.html", "user"],
  ["/app", "app.html", "member"],
  ["/app/*", "app.html", "member"],
  ["/pay/:id", "pay.html", "anyone"],
].map(([path, file, caller]) => ({ pattern: patternOf(path), file, caller }));

export async function createApp(options) {
  const services = { store: createStore(), milepost: createMilepost(options) };
  const [pages, files] = await Promise.all([loadPages(options.collector), loadFiles()]);

  return async function handle(request, response) {
    try {
      const pathname = request.url.split("?", 1)[0];
      if (pathname.startsWith("/api/")) {
        await handleApi(services, request, response, pathname);
      } else {
        handleRead(services, pages, files, request, response, pathname);
      }
    } catch (error) {
      answerRefusal(response, error);
    }
  };
}

async function handleApi(services, request, response, pathname) {
  for (const { method, pattern, handler, caller } of API) {
    const match = method === request.method && pattern.exec(pathname);
    if (!match) continue;
    const visitor = visitorOf(services.store, request);
    if (caller !== "anyone" && !visitor.user) {
      throw new Refusal(401, "Please log in first.");
    }
    if (caller === "member" && !visitor.account) {
      throw new Refusal(409, "Please create your company first.");
    }
    const body = method === "POST" ? await readJson(request) : {};
    const answer = await handler({ ...services, ...visitor, body, params: match.groups ?? {} });
    answerJson(response, answer.status ?? 200, answer.json, answer.cookie);
    return;
  }
  throw new Refusal(404, "There is nothing at this address.");
}

function handleRead(services, pages, files, request, response, pathname) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new Refusal(405, "This address can only be read.");
  }
  if (files.answer(request, response, pathname)) return;

  const visitor = visitorOf(services.store, request);
  for (const { pattern, file, caller } of PAGES) {
    if (!pattern.test(pathname)) continue;
    const elsewhere = wayOn(caller, visitor);
    if (elsewhere) redirect(response, elsewhere);
    else pages.answer(response, 200, file);
    return;
  }
  pages.answer(response, 404, "not-found.html");
}

/** Where somebody who may not open a page goes instead, or nothing if they may. */
function wayOn(caller, { user, account }) {
  if (caller === "visitor" && user) return account ? "/app" : "/company";
  if ((caller === "user" || caller === "member") && !user) return "/login";
  if (caller === "member" && !account) return "/company";
  return undefined;
}

function visitorOf(store, request) {
  const sessionId = sessionIdOf(request);
  const user = store.userOfSession(sessionId);
  return { sessionId, user, account: user && store.accountOf(user) };
}

/** `/pay/:id` matches one part of a path, a trailing `*` the rest of it. */
function patternOf(path) {
  const source = path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace(/\*$/, ".*");
  return new RegExp(`^${source}$`);
}
