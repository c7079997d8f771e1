// The files under `public/`, read once at start and answered from memory,
// so that no request path ever reaches the file system.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { answer } from "./http.mjs";

const FOLDER = fileURLToPath(new URL("../public", import.meta.url));

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

export async function loadFiles() {
  const files = new Map();
  for (const entry of await readdir(FOLDER, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const body = await readFile(path);
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    files.set(path.slice(FOLDER.length).replaceAll("\\", "/"), { type, body, etag });
  }

  return {
    /** Answers if there is such a file, and says whether it did. */
    answer(request, response, pathname) {
      const file = files.get(pathname);
      if (!file) return false;
      const headers = { "content-type": file.type, "cache-control": "no-cache", etag: file.etag };
      if (request.headers["if-none-match"] === file.etag) {
        response.writeHead(304, headers).end();
      } else {
        answer(response, 200, headers, file.body);
      }
      return true;
    },
  };
}
