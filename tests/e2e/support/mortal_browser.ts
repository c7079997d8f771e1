// A Chromium of the machine's that may be ended like by a crash, and started again with the same profile.
import { type BrowserContext, chromium } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;

const FLAGS = [
  "--headless=new",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-extensions",
  "--remote-debugging-port=0",
  // Each tab a process of its own, however little memory there is: one may crash alone.
  "--renderer-process-limit=50",
  // Chromium refuses its sandbox to root, which is who runs tests in containers.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

export class MortalBrowser {
  private constructor(
    private readonly profile: string,
    private readonly child: ChildProcess,
    private readonly ended: Promise<unknown>,
    readonly context: BrowserContext,
    private readonly disconnect: () => Promise<void>,
  ) {}

  static async start(before?: string): Promise<MortalBrowser> {
    const profile = before ?? (await mkdtemp(join(tmpdir(), "milepost-profile-")));
    const portFile = join(profile, "DevToolsActivePort");
    for (const left of [portFile, join(profile, "SingletonLock")]) await rm(left, { force: true });
    const path = process.env["MILEPOST_CHROMIUM"] ?? "/usr/bin/chromium";
    // A group of its own: it is ended with all its processes, and with nobody else's.
    const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: "ignore", detached: true });
    const ended = new Promise((done) => child.once("exit", done));
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(existsSync(portFile) && (await readFile(portFile, "utf8")).includes("\n"))) {
      if (Date.now() > deadline) throw new Error(`${path} does not start`);
      await pause(POLL_INTERVAL_MS);
    }
    const [port] = (await readFile(portFile, "utf8")).split("\n");
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [context] = browser.contexts();
    if (!context) throw new Error("the browser has no profile");
    return new MortalBrowser(profile, child, ended, context, () => browser.close());
  }

  /** SIGKILL to all its processes. */
  async kill(): Promise<void> {
    if (this.child.pid) process.kill(-this.child.pid, "SIGKILL");
    await this.ended;
    await this.disconnect().catch(() => undefined);
  }

  /** Killed, and started again with what is on its disk. */
  async crash(): Promise<MortalBrowser> {
    await this.kill();
    return MortalBrowser.start(this.profile);
  }

  async stop(): Promise<void> {
    await this.kill().catch(() => undefined);
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
