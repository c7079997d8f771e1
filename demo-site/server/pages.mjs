// The HTML pages, read once at start. `{{collector}}` is all that is filled in.

import { readdir, readFile } from "node:fs/promises";
import { contentSecurityPolicy } from "./csp.mjs";
import { answer } from "./http.mjs";

const FOLDER = new URL("../pages/", import.meta.url);
const PLACEHOLDER = "{{collector}}";

export async function loadPages(collector) {
  const pages = new Map();
  for (const name of await readdir(FOLDER)) {
    const source = await readFile(new URL(name, FOLDER), "utf8");
    const installsMilepost = source.includes(PLACEHOLDER);
    const html = source.replaceAll(PLACEHOLDER, () => escapeAttribute(collector));
    const policy = contentSecurityPolicy(html, installsMilepost ? new URL(collector).origin : undefined);
    pages.set(name, { html, policy });
  }

  return {
    answer(response, status, name) {
      const { html, policy } = pages.get(name);
      const headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "cache-control": "no-store",
      };
      answer(response, status, headers, html);
    },
  };
}

function escapeAttribute(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
