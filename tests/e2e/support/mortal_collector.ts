// A collector that is ended, asked to or not, and started again on the same data and the same port.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Program } from "./program.ts";

const ROOT = join(import.meta.dirname, "../../..");
const MILEPOST = process.env["MILEPOST_BIN"] ?? join(ROOT, "target/debug/milepost");

/** The key of the demo's pages. */
export const KEY = "wk_demo";

const LONGEST_EXPORT_BYTES = 256 * 1024 * 1024;

export interface Stored {
  messageId: string;
  type: string;
  event?: string;
  properties?: Record<string, unknown>;
  context?: { clientId?: string; seq?: number; end?: boolean };
}

export class MortalCollector {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly publicUrl: string,
    private program: Program,
  ) {}

  static async start(port: number, publicUrl: string, origin: string): Promise<MortalCollector> {
    const folder = await mkdtemp(join(tmpdir(), "milepost-faults-"));
    const demo = await readFile(join(ROOT, "demo-site/milepost.toml"), "utf8");
    await writeFile(join(folder, "milepost.toml"), demo.replace(/^origins = .*$/m, `origins = ["${origin}"]`));
    const program = MortalCollector.run(folder, port, publicUrl);
    const collector = new MortalCollector(folder, port, publicUrl, program);
    await collector.untilReady();
    return collector;
  }

  private static run(folder: string, port: number, publicUrl: string): Program {
    return new Program("collector", MILEPOST, [
      ...["serve", "--config", join(folder, "milepost.toml"), "--data", join(folder, "data")],
      ...["--listen", `127.0.0.1:${port}`, "--public-url", publicUrl],
    ]);
  }

  private untilReady(): Promise<void> {
    return this.program.untilReady(`http://127.0.0.1:${this.port}/readyz`);
  }

  async restart(kindly: boolean): Promise<void> {
    await (kindly ? this.program.stop() : this.program.kill());
    this.program = MortalCollector.run(this.folder, this.port, this.publicUrl);
    await this.untilReady();
  }

  /** Every message on its disk. */
  async stored(): Promise<Stored[]> {
    const args = ["export", "--data", join(this.folder, "data")];
    const { stdout } = await promisify(execFile)(MILEPOST, args, { maxBuffer: LONGEST_EXPORT_BYTES });
    return stdout.split("\n").filter(Boolean).map((it) => JSON.parse(it) as Stored);
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }

  async remove(): Promise<void> {
    await this.program.kill().catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }
}
