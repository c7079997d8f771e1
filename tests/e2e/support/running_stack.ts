// The real parts on this machine: a collector with a fresh data folder, the demo site that sends to it,
// and a wiretap between the collector and everybody else.
// Knows how they are started and stopped, and nothing of browsers.
import { expect } from "@playwright/test";
import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./free_ports.ts";
import { Program } from "./program.ts";
import { Wiretap } from "./wiretap.ts";

const ROOT = join(import.meta.dirname, "../../..");
const MILEPOST = process.env["MILEPOST_BIN"] ?? join(ROOT, "target/debug/milepost");

/** The keys in `demo-site/milepost.toml`. */
export const BROWSER_KEY = "wk_demo";
export const SERVER_KEY = "sk_demo_local_only";

/** The demo's own budget, which gives way to a test's. */
const BUDGET_TABLE = /^\[budget\]\n(?:[^[\n].*\n|\n)*/m;

const ORIGINS_LINE = /^origins = .*$/m;
const RECORD_LINE = /^record = .*$/m;

export class RunningStack {
  /** Whether the setup link has been used; kept by `logIn`. */
  isSetUp = false;

  private constructor(
    private readonly folder: string,
    private readonly collector: Program,
    private readonly demoSite: Program,
    /** What everybody asked of the collector. */
    readonly wiretap: Wiretap,
    /** Past the wiretap, for the tests' own questions. */
    private readonly directUrl: string,
    readonly collectorUrl: string,
    readonly demoUrl: string,
    /** An allowed origin where nothing listens yet: a test may serve pages of its own there. */
    readonly customerUrl: string,
  ) {}

  /** `records`: the share of sessions that is recorded; `definitions`: more of `milepost.toml`, after the demo's own. */
  static async start(records: string, definitions = ""): Promise<RunningStack> {
    const folder = await mkdtemp(join(tmpdir(), "milepost-e2e-"));
    const ports = await freePorts(4);
    const [wirePort, collectorPort, demoPort, customerPort] = ports as [number, number, number, number];
    const [collectorUrl, demoUrl, customerUrl] = [wirePort, demoPort, customerPort].map(
      (port) => `http://localhost:${port}`,
    ) as [string, string, string];

    const demo = await readFile(join(ROOT, "demo-site/milepost.toml"), "utf8");
    for (const line of [ORIGINS_LINE, RECORD_LINE]) {
      if (!line.test(demo)) throw new Error(`demo-site/milepost.toml has no line ${line} to replace`);
    }
    const config = (definitions.includes("[budget]") ? demo.replace(BUDGET_TABLE, "") : demo)
      .replace(ORIGINS_LINE, `origins = ["${demoUrl}", "${customerUrl}"]`)
      .replace(RECORD_LINE, `record = "${records}"`);
    await writeFile(join(folder, "milepost.toml"), `${config}\n${definitions}`);

    const collector = new Program("collector", MILEPOST, [
      ...["serve", "--config", join(folder, "milepost.toml"), "--data", join(folder, "data")],
      ...["--listen", `127.0.0.1:${collectorPort}`, "--public-url", collectorUrl],
    ]);
    const demoSite = new Program("demo site", process.execPath, [
      join(ROOT, "demo-site/server.mjs"),
      ...["--port", String(demoPort), "--collector", collectorUrl],
    ]);
    const wiretap = await Wiretap.start(wirePort, collectorPort);
    const directUrl = `http://127.0.0.1:${collectorPort}`;
    const stack = new RunningStack(folder, collector, demoSite, wiretap, directUrl, collectorUrl, demoUrl, customerUrl);
    try {
      await collector.untilReady(`${directUrl}/readyz`);
      await demoSite.untilReady(demoUrl);
    } catch (error) {
      // What is wrong is said above; nothing may stay behind.
      await stack.stop().catch(() => undefined);
      throw error;
    }
    return stack;
  }

  /** Stops both; each must end cleanly. */
  async stop(): Promise<void> {
    const ends = await Promise.allSettled([this.demoSite.stop(), this.collector.stop(), this.wiretap.stop()]);
    await rm(this.folder, { recursive: true });
    for (const end of ends) {
      if (end.status === "rejected") throw end.reason;
    }
  }

  /** The one-time link that the collector prints at its first start. */
  get setupLink(): string {
    const [link] = /http\S+\/setup\?token=\S+/.exec(this.collector.output) ?? [];
    if (!link) throw new Error(`the collector printed no setup link:\n${this.collector.output}`);
    return link;
  }

  /** What the collector has printed. */
  get collectorOutput(): string {
    return this.collector.output;
  }

  /** Makes the collector learn what is normal on each page now: it does so whenever its definitions change. */
  async learn(): Promise<void> {
    const learned = () => this.collector.output.split("was learned anew").length;
    const before = learned();
    await appendFile(join(this.folder, "milepost.toml"), "\n# read again\n");
    await expect.poll(learned, { message: "models learned", timeout: 30_000 }).toBeGreaterThan(before);
  }

  /** Adds to the definitions; they are in force once the collector has read them, every two seconds. */
  async define(toml: string): Promise<void> {
    await appendFile(join(this.folder, "milepost.toml"), `\n${toml}\n`);
  }

  async apiToken(): Promise<string> {
    return (await readFile(join(this.folder, "data/api-token"), "utf8")).trim();
  }

  /** The API's answer to an operator's program. */
  async getJson(path: string): Promise<unknown> {
    const response = await fetch(this.directUrl + path, {
      headers: { authorization: `Bearer ${await this.apiToken()}` },
    });
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** How messages have ended so far, by outcome. */
  async outcomes(): Promise<{ received: number; accepted: number; duplicate: number; rejected: number; shed: number }> {
    const text = await (await fetch(`${this.directUrl}/metrics`)).text();
    const sum = (pattern: RegExp): number =>
      [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
    const ended = (outcome: string): number =>
      sum(new RegExp(`^milepost_messages_total\\{[^}]*outcome="${outcome}"[^}]*\\} (\\d+)$`, "gm"));
    return {
      received: sum(/^milepost_messages_received_total (\d+)$/gm),
      accepted: ended("accepted"),
      duplicate: ended("duplicate"),
      rejected: ended("rejected"),
      shed: ended("shed"),
    };
  }

  /** Runs `milepost`; answers its stdout. `--data` and `--config` are the collector's own; `replay` takes what was published. */
  async milepost(verb: string, args: string[], door: "data" | "url"): Promise<string> {
    const where = door === "data" ? ["--data", join(this.folder, "data")] : ["--url", this.directUrl];
    const { stdout } = await promisify(execFile)(
      MILEPOST,
      [verb, ...args, ...where, ...(verb === "replay" ? [] : ["--config", join(this.folder, "milepost.toml")])],
      { env: { ...process.env, MILEPOST_TOKEN: await this.apiToken() } },
    );
    return stdout;
  }
}
