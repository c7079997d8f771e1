// WebKitGTK's own small browser, spoken to by WebDriver (https://www.w3.org/TR/webdriver2/) on a display of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

const PATIENCE_MS = 15_000;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS: Record<string, string> = {
  Tab: "\uE004",
  Enter: "\uE007",
  Shift: "\uE008",
  Escape: "\uE00C",
  Space: " ",
  End: "\uE010",
  Home: "\uE011",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
  F6: "\uE036",
};

export class WebKit {
  private constructor(
    private readonly session: string,
    private readonly programs: ChildProcess[],
  ) {}

  static async start(): Promise<WebKit> {
    const display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const number = await new Promise<string>((told) => display.stdio[3]?.once("data", (text) => told(String(text).trim())));
    const port = await freePort();
    const driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
      stdio: "ignore",
      env: { ...process.env, DISPLAY: `:${number}` },
    });
    const base = `http://127.0.0.1:${port}`;
    const until = Date.now() + PATIENCE_MS;
    while (!(await fetch(`${base}/status`).catch(() => undefined))?.ok) {
      if (Date.now() > until) throw new Error(`WebKitWebDriver does not answer at ${base} within ${PATIENCE_MS} ms`);
      await new Promise((done) => setTimeout(done, 50));
    }
    const browser = { binary: process.env["MILEPOST_MINIBROWSER"], args: ["--automation"] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": browser } };
    const { sessionId } = (await command("POST", `${base}/session`, { capabilities })) as { sessionId: string };
    return new WebKit(`${base}/session/${sessionId}`, [driver, display]);
  }

  async stop(): Promise<void> {
    await command("DELETE", this.session).catch(() => undefined);
    for (const it of this.programs) it.kill();
  }

  async open(url: string): Promise<void> {
    await command("POST", `${this.session}/url`, { url });
  }

  /** Runs a function in the page. */
  async run<Result>(script: (...all: never[]) => Result | Promise<Result>, ...args: unknown[]): Promise<Result> {
    return (await command("POST", `${this.session}/execute/sync`, { script: `return (${script})(...arguments)`, args })) as Result;
  }

  /** Presses keys, one after the other; `Shift+Tab` holds one down. */
  async press(...strokes: string[]): Promise<void> {
    const actions = strokes.flatMap((stroke) => {
      const keys = stroke.split("+").map((it) => KEYS[it] ?? it);
      const down = keys.map((value) => ({ type: "keyDown", value }));
      return [...down, ...down.toReversed().map(({ value }) => ({ type: "keyUp", value }))];
    });
    await command("POST", `${this.session}/actions`, { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Role and name, by WebKit itself, of all that a function in the page answers with. */
  async named(script: (...all: never[]) => Element[]): Promise<string[]> {
    const found = (await this.run(script)) as unknown as Record<string, string>[];
    const told: string[] = [];
    for (const it of found) {
      const at = `${this.session}/element/${it[ELEMENT]}`;
      told.push(`${await command("GET", `${at}/computedrole`)} ${await command("GET", `${at}/computedlabel`)}`);
    }
    return told;
  }

  async picture(): Promise<Buffer> {
    return Buffer.from((await command("GET", `${this.session}/screenshot`)) as string, "base64");
  }
}

async function command(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebKit refused ${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address ? address.port : 0;
}
