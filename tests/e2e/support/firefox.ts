// The distribution's own Firefox, driven by Playwright over WebDriver BiDi (its channel `moz-firefox`).
// Playwright tells every page which color scheme to prefer by a command that Firefox does not know before version 154,
// and gives up when it is refused; here that one command is left out, and what a page prefers is set at the start.
import type { Browser, Page } from "@playwright/test";

/** What a person or device prefers. */
export interface Media {
  dark?: boolean;
  /** Unless it is false: reduced motion, so that there is nothing to wait for. */
  still?: boolean;
  forced?: boolean;
  coarse?: boolean;
}

const UNKNOWN = "emulation.setMediaFeaturesOverride";

interface Session {
  send: (command: string, ...rest: unknown[]) => Promise<unknown>;
  isUsable?: boolean;
}

/** The same browser, able to open pages. */
export function usable(browser: Browser): Browser {
  if (browser.browserType().name() !== "firefox") return browser;
  const { _connection } = browser as unknown as { _connection: { toImpl: (it: unknown) => { _browserSession: Session } } };
  const sessions = Object.getPrototypeOf(_connection.toImpl(browser)._browserSession) as Session;
  if (sessions.isUsable) return browser;
  const { send } = sessions;
  sessions.isUsable = true;
  sessions.send = function (command, ...rest) {
    return command === UNKNOWN ? Promise.resolve({}) : send.call(this, command, ...rest);
  };
  return browser;
}

/** The same for a browser that can be told later. */
export const media = ({ dark, still, forced }: Media): Parameters<Page["emulateMedia"]>[0] => ({
  colorScheme: dark ? "dark" : "light",
  reducedMotion: still === false ? "no-preference" : "reduce",
  forcedColors: forced ? "active" : "none",
});
