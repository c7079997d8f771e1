// The customer's origin with hostile pages, and the vendor's with the SDK and a collector that writes down what it is sent.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ELSEWHERE } from "../support/elsewhere.ts";
import { lease, survey } from "../support/survey_config.ts";
import { type HostilePage, STUB, type Urls, usualTag } from "./page.ts";

const DIST = join(import.meta.dirname, "../../../sdk/dist");
const OBSERVER = readFileSync(join(import.meta.dirname, "observer.js"), "utf8");

/** A survey that only code brings up. */
const CONFIG = survey("nps", "popover").replace(/\t1\nmessage\n.*\n$/, "\t0\n");

export interface Message {
  event?: string;
  messageId: string;
  anonymousId: string;
  properties?: Record<string, unknown>;
}

/** What the collector knows of one visit. */
export class Received {
  readonly messages: Message[] = [];
  requests = 0;
  private wake = (): void => undefined;

  add(messages: Message[]): void {
    this.messages.push(...messages);
    this.wake();
  }

  events(name: string): Message[] {
    // One that came twice, for want of an answer, is stored once.
    const found = new Map(this.messages.filter((it) => it.event === name).map((it) => [it.messageId, it]));
    return [...found.values()];
  }

  /** Resolves once a message of that name is there; false if none comes in time. */
  async until(name: string, ms: number): Promise<boolean> {
    const deadline = Date.now() + ms;
    while (!this.events(name).length) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left);
        this.wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
    return true;
  }
}

export class World {
  private readonly visits = new Map<string, { page: HostilePage; received: Received }>();
  private readonly host = createServer((request, response) => this.serveHost(request, response));
  private readonly vendor = createServer((request, response) => void this.serveVendor(request, response));

  static async start(): Promise<World> {
    const world = new World();
    for (const it of [world.host, world.vendor]) await new Promise<void>((done) => it.listen(0, "127.0.0.1", done));
    return world;
  }

  async stop(): Promise<void> {
    for (const it of [this.host, this.vendor]) {
      it.closeAllConnections();
      await new Promise((done) => it.close(done));
    }
  }

  /** Everything that came, by visit. */
  get all(): [string, Received][] {
    return [...this.visits].map(([key, { received }]) => [key, received]);
  }

  urls(key: string): Urls {
    return { vendor: originOf(this.vendor), key };
  }

  /** Gets ready for a visit; answers with where the page is, and a page of the same host to leave for. */
  expect(page: HostilePage, key: string): { url: string; elsewhere: string; received: Received } {
    const received = new Received();
    this.visits.set(key, { page, received });
    const host = originOf(this.host);
    return { url: `${host}/${page.around ? "around" : "page"}/${key}`, elsewhere: `${host}/elsewhere/${key}`, received };
  }

  private serveHost(request: IncomingMessage, response: ServerResponse): void {
    const [, kind, key = ""] = (request.url ?? "").split(/[/?#]/);
    const page = this.visits.get(key)?.page;
    if (!page) {
      response.writeHead(204).end();
      return;
    }
    const urls = this.urls(key);
    const headers = kind === "around" ? {} : page.headers?.(urls);
    const type = (kind === "page" && page.type) || "text/html; charset=utf-8";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store", ...headers });
    // Around a frame, and elsewhere, there is nothing of ours.
    if (kind === "page") response.end(documentOf(page, urls));
    else response.end(kind === "around" ? page.around?.replaceAll("%KEY%", key) : ELSEWHERE);
  }

  private async serveVendor(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://vendor");
    const open = {
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "retry-after",
      "cross-origin-resource-policy": "cross-origin",
    };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === "POST") {
      const text = Buffer.concat(chunks).toString();
      const body = JSON.parse(text) as { writeKey: string; batch?: Message[] };
      const received = this.visits.get(body.writeKey)?.received;
      if (received) received.requests++;
      if (pathname === "/v1/batch") received?.add(body.batch ?? []);
      response.writeHead(200, { ...open, "content-type": "text/plain" });
      response.end(pathname === "/v1/lease" ? lease(`lease-${body.writeKey}`) : "{}");
      return;
    }
    if (pathname.startsWith("/v1/config/")) {
      response.writeHead(200, { ...open, "content-type": "text/plain" }).end(CONFIG);
      return;
    }
    const file = pathname.slice(1);
    // Which page asks for a module, only the address of the script could say; so a page that wants another one has its own.
    const [, key, name] = /^of-([^/]+)\/(.+)$/.exec(file) ?? [undefined, "", file];
    const wanted = this.visits.get(key ?? "")?.page.module;
    const known = readdirSync(DIST);
    const isModule = (name ?? "").endsWith(".wasm");
    if (!known.includes(name ?? "") || (isModule && wanted === "missing")) {
      response.writeHead(404, { ...open, "content-type": "text/html" }).end("<h1>Not found</h1>");
      return;
    }
    let bytes = readFileSync(join(DIST, name ?? ""));
    let type = isModule ? "application/wasm" : "text/javascript; charset=utf-8";
    if (isModule && wanted === "cut off") bytes = bytes.subarray(0, bytes.length / 2);
    // A module, but not one that the script knows.
    if (isModule && wanted === "another's") bytes = Buffer.from("\0asm\x01\0\0\0", "latin1");
    if (isModule && wanted === "a page") {
      bytes = Buffer.from("<!doctype html><title>Our single-page application</title>");
      type = "text/html";
    }
    response.writeHead(200, { ...open, "content-type": type, "content-length": bytes.length }).end(bytes);
  }
}

/** The page's own script, the observer's last look, then ours. */
function documentOf(page: HostilePage, urls: Urls): string {
  const script = (text: string): string => (text ? `<script nonce="n">${text}</script>` : "");
  const parts = [
    script(page.before ?? ""),
    script(`observer().note();${STUB}try{milepost("track","Early",{"from":"the page"})}catch{}`),
    (page.tag ?? usualTag)(urls),
  ].join("\n");
  if (page.document) return page.document(parts, urls);
  return `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,">${parts}</head>
    <body><h1>Host</h1>${page.body ?? ""}${script(page.after ?? "")}</body></html>`;
}

export const observerScript = OBSERVER;

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
