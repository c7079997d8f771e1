// A program under test: started, listened to, and stopped as its owner would stop it.
// It does not know what the program is.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** Debug builds on a busy machine take a while. */
const START_TIMEOUT_MS = 30_000;
/** Longer than a program may take to answer what is under way. */
const STOP_TIMEOUT_MS = 15_000;
const POLL_INTERVAL_MS = 50;

export class Program {
  /** What it has said so far, on stdout and stderr. */
  output = "";
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(
    readonly name: string,
    command: string,
    args: string[],
  ) {
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
    this.child.on("error", (error) => (this.output += `cannot start: ${error.message}`));
    this.ended = once(this.child, "close").catch(() => undefined);
  }

  /** Waits until `url` answers 200. */
  async untilReady(url: string): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const status = await fetch(url).then((it) => it.status, () => 0);
      if (status === 200) return;
      if (this.hasEnded()) throw new Error(`the ${this.name} ended by itself:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`the ${this.name} is not ready, ${url} answers ${status}:\n${this.output}`);
      await pause(POLL_INTERVAL_MS);
    }
  }

  /** Asks it to stop, as a service manager does; anything but a clean end is an error. */
  async stop(): Promise<void> {
    if (this.hasEnded()) throw new Error(`the ${this.name} ended by itself:\n${this.output}`);
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
    const { exitCode, signalCode } = this.child;
    if (exitCode !== 0) throw new Error(`the ${this.name} ended with ${exitCode ?? signalCode}:\n${this.output}`);
  }

  /** Ends it as a power cut of its own would. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  private hasEnded(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
