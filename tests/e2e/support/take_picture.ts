// Pictures for the documentation, taken of what the tests look at; only when asked for.
import type { Page } from "@playwright/test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../docs/images");

/** Does nothing unless MILEPOST_BLESS is 1: a picture is a golden file that a person looks at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env["MILEPOST_BLESS"] !== "1") return;
  await mkdir(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled", caret: "hide" });
}
