// What the page's policy, the network or the vendor's server stand in the way of.
import { type HostilePage, type Urls } from "./page.ts";

const strict = ({ vendor }: Urls, more = "", connect = vendor): string =>
  `default-src 'none'; script-src 'nonce-n' 'strict-dynamic' ${more}; connect-src ${connect}; img-src data:; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

const nonced = (urls: Urls, from = "", more = ""): string => `<script nonce="n" async src="${urls.vendor}${from}/sdk.js" data-key="${urls.key}" ${more}></script>`;

/** The module comes from an address of this visit's own. */
const own = (urls: Urls): string => nonced(urls, `/of-${urls.key}`, `data-host="${urls.vendor}"`);

export const POLICIES: HostilePage[] = [
  { name: "the strictest policy that allows wasm", tag: nonced, headers: (urls) => ({ "content-security-policy": strict(urls, "'wasm-unsafe-eval'") }) },
  { name: "the strictest policy", tag: nonced, headers: (urls) => ({ "content-security-policy": strict(urls) }), expected: [/WebAssembly|wasm|Content.Security.Policy/i] },
  { name: "a policy that only reports", tag: nonced, headers: (urls) => ({ "content-security-policy-report-only": strict(urls, "", "'none'") }), expected: [/Report.Only|report-only/i] },
  { name: "a policy that allows no requests", tag: nonced, headers: (urls) => ({ "content-security-policy": strict(urls, "'wasm-unsafe-eval'", "'none'") }), delivers: false, asks: false, expected: [/connect-src|Content.Security.Policy/i, /Fetch API cannot load/] },
  { name: "a policy that sandboxes the page", headers: () => ({ "content-security-policy": "sandbox allow-scripts" }) },
  { name: "cross-origin isolation", headers: () => ({ "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }), before: "window.holds = () => crossOriginIsolated ? '' : 'not isolated';" },
  { name: "permissions that are all refused", isRelated: true, headers: () => ({ "permissions-policy": "storage-access=(), unload=(), sync-xhr=(), deferred-fetch=(), fullscreen=()", "referrer-policy": "no-referrer", "document-policy": "force-load-at-top" }), expected: [/Permissions-Policy|Document-Policy|Document policy/] },
  { name: "a module that is missing", tag: own, module: "missing", expected: [/404/] },
  { name: "a module that is a page", isRelated: true, tag: own, module: "a page" },
  { name: "a module that is cut off", tag: own, module: "cut off" },
  { name: "a module of another version", isRelated: true, tag: own, module: "another's" },
  {
    name: "a network that goes and comes back",
    act: async (visit) => {
      await visit.page.context().setOffline(true);
      await visit.run(`milepost("track", "Offline")`);
      await visit.page.context().setOffline(false);
    },
    expected: [/ERR_INTERNET_DISCONNECTED|NetworkError/],
  },
];
