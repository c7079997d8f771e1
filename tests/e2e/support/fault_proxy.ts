// A bad network between browsers and a collector: it delays, cuts, answers for others and repeats, as its seed says.
// Only batches are hit; what else a page loads passes. Knows nothing of what is in a batch.
import { createServer, type IncomingMessage, request as forward, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Dice } from "./dice.ts";

const FAULTS = [
  "none",
  /** Takes a while, both ways. */
  "delayed",
  /** Never arrives. */
  "cut before",
  /** Half of it arrives. */
  "cut midway",
  /** Arrives, and nobody hears of it. */
  "cut after",
  /** Something in between is busy, and says for how long, as a number or as a date, or not at all. */
  "503",
  "429",
  /** Arrives twice at once. */
  "twice",
  /** Is answered, and arrives again later. */
  "replayed",
] as const;

type Fault = (typeof FAULTS)[number];

const LONGEST_DELAY_MS = 400;
const REPLAY_AFTER_MS = 1_500;

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export class FaultProxy {
  /** How many batches in a hundred are hit. */
  share = 0;
  readonly counts = new Map<Fault, number>(FAULTS.map((it) => [it, 0]));
  /** Batches that browsers sent. */
  requests = 0;
  /** Where the collector listens. */
  collectorPort = 0;
  /** Hears of every answer of the collector's. */
  heard: (sent: string, answer: string) => void = () => {};
  private readonly server: Server;

  private constructor(private readonly dice: Dice) {
    this.server = createServer((request, response) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  static async start(port: number, dice: Dice): Promise<FaultProxy> {
    const proxy = new FaultProxy(dice);
    await new Promise<void>((done) => proxy.server.listen(port, "127.0.0.1", done));
    return proxy;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const isBatch = request.method === "POST" && request.url === "/v1/batch";
    this.requests += Number(isBatch);
    const fault = isBatch && this.dice.percent(this.share) ? this.dice.pick(FAULTS.slice(1)) : "none";
    if (isBatch) this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    const ask = (): Promise<Reply> => this.ask(request, body);
    switch (fault) {
      case "cut before":
        response.destroy();
        return;
      case "cut midway":
        await this.tear(request, body);
        response.destroy();
        return;
      case "cut after":
        await ask().catch(() => undefined);
        response.destroy();
        return;
      case "503":
      case "429": {
        const after = this.dice.pick([{}, { "retry-after": "1" }, { "retry-after": new Date(Date.now() + 2_000).toUTCString() }]);
        const open = { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" };
        response.writeHead(Number(fault), { ...open, ...after }).end("busy");
        return;
      }
      case "twice":
        void ask().catch(() => undefined);
        break;
      case "replayed":
        void pause(REPLAY_AFTER_MS).then(ask).catch(() => undefined);
        break;
      case "delayed":
        await pause(this.dice.between(1, LONGEST_DELAY_MS));
        break;
      case "none":
        break;
    }
    const reply = await ask();
    if (fault === "delayed") await pause(this.dice.between(1, LONGEST_DELAY_MS));
    response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  private ask({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Reply> {
    return new Promise((done, failed) => {
      const passed = forward({ host: "127.0.0.1", port: this.collectorPort, method, path: url, headers }, (answer) => {
        buffer(answer).then((it) => {
          if (url === "/v1/batch" && method === "POST") this.heard(body.toString(), it.toString());
          done({ status: answer.statusCode ?? 502, headers: answer.headers, body: it });
        }, failed);
      });
      passed.on("error", failed);
      passed.end(body);
    });
  }

  private tear({ method, url, headers }: IncomingMessage, body: Buffer): Promise<void> {
    return new Promise((done) => {
      const passed = forward({ host: "127.0.0.1", port: this.collectorPort, method, path: url, headers });
      passed.on("error", () => done());
      passed.write(body.subarray(0, body.length / 2), () => {
        passed.destroy();
        done();
      });
    });
  }
}
