// Files of the SDK that a page asks for and does not get.
import type { SdkPage } from "./sdk_page.ts";

/** The module, and its translation. */
export const NEITHER = /^sdk-(translated-\w+\.js|\w+\.wasm)$/;
/** And what would go on without them. */
export const NOTHING = /^sdk-(translated-|rescue-|\w+\.wasm)/;

/** As if a deployment had taken these files away. */
export function without(sdk: SdkPage, files: RegExp): void {
  sdk.expectedErrors.push(/Failed to load resource/);
  sdk.tamper = (file) => (files.test(file) ? { status: 404, body: Buffer.of() } : {});
}
